"""A transcript as lines of JSON: the first for what holds for all of it, then one for each sentence.

Whoever reads or writes a long one keeps nobody else from running: a line is soon done, and between lines there are
breaths.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import starmap
from typing import Any, TypeVar

from subtitles.engines.base import Transcribed
from subtitles.speech import FinalResult, Word

T = TypeVar("T")
ITEMS_A_BREATH, BREATH_S = 20, 0.001


def encoded(transcribed: Transcribed) -> Iterator[bytes]:
    """Each with its line end."""
    yield _line(_fields(dataclasses.replace(transcribed, sentences=())))
    for sentence in unhurried(transcribed.sentences):
        yield _line(_sentence_fields(sentence))


def decoded(data: bytes) -> Transcribed:
    """Blocks. Raises ValueError."""
    first, *others = data.splitlines()
    kept = _read(first)
    sentences = tuple(_sentence(_read(line)) for line in unhurried(others))
    return Transcribed(**{**kept, "untimed": tuple(kept["untimed"])}, sentences=sentences)


def unhurried(items: Iterable[T]) -> Iterator[T]:
    """For long loops in a thread: the event loop gets the interpreter every few items, not after its 5 ms each time."""
    for number, item in enumerate(items):
        if number % ITEMS_A_BREATH == ITEMS_A_BREATH - 1:
            time.sleep(BREATH_S)
        yield item


def _fields(transcribed: Transcribed) -> dict[str, Any]:
    fields = dataclasses.asdict(transcribed)
    del fields["sentences"]
    return fields


def _sentence_fields(sentence: FinalResult) -> dict[str, Any]:
    """A word as a row: there may be a hundred thousand of them."""
    fields: dict[str, Any] = {name: getattr(sentence, name) for name in FinalResult.__slots__}
    fields["words"] = [[word.begin_ms, word.end_ms, word.text, word.punctuation] for word in sentence.words]
    return fields


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _read(line: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(line.decode("utf-8", "surrogatepass"))
    return fields


def _sentence(kept: Mapping[str, Any]) -> FinalResult:
    words = tuple(starmap(Word, kept["words"]))
    return FinalResult(**{**kept, "words": words, "events": tuple(kept["events"])})
