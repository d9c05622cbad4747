"""A transcript as lines of JSON: the first for what holds for all of it, then one for each sentence.

Whoever reads or writes a long one keeps nobody else from running: a line is soon done, and between lines there are
breaths. Words and events are JSON within the JSON, in the form of their columns in the table of sentences: on the way
there nobody takes them apart.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import starmap
from typing import Any, TypeVar, overload

from subtitles.engines.base import Transcribed
from subtitles.speech import FinalResult, Word, clean_word

T = TypeVar("T")
ITEMS_A_BREATH, BREATH_S = 20, 0.001


class Lines(Sequence[FinalResult]):
    """Sentences that stay lines until somebody looks at them."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self.lines = lines

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, at: int) -> FinalResult: ...
    @overload
    def __getitem__(self, at: slice) -> Lines: ...
    def __getitem__(self, at: int | slice) -> FinalResult | Lines:
        return Lines(self.lines[at]) if isinstance(at, slice) else _sentence(_read(self.lines[at]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)


def encoded(transcribed: Transcribed) -> Iterator[bytes]:
    """Each with its line end."""
    yield _line(_fields(dataclasses.replace(transcribed, sentences=())))
    if isinstance(transcribed.sentences, Lines):
        yield from (line + b"\n" for line in transcribed.sentences.lines)
    else:
        yield from map(_line, kept(transcribed.sentences))


def decoded(data: bytes) -> Transcribed:
    """Blocks. Raises ValueError."""
    first, *others = data.splitlines()
    fields = _read(first)
    return Transcribed(**{**fields, "untimed": tuple(fields["untimed"])}, sentences=Lines(others))


def kept(sentences: Sequence[FinalResult]) -> Iterator[dict[str, Any]]:
    """Each as the fields of its line. Blocks. Raises ValueError."""
    if isinstance(sentences, Lines):
        return map(_read, unhurried(sentences.lines))
    return map(_sentence_fields, unhurried(sentences))


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
    """A word as a row: there may be a hundred thousand of them. They are cleaned here, the rest when it is imported."""
    fields: dict[str, Any] = {name: getattr(sentence, name) for name in FinalResult.__slots__}
    words = [[word.begin_ms, word.end_ms, clean_word(word.text), word.punctuation] for word in sentence.words]
    return {**fields, "words": json.dumps(words), "events": json.dumps(sentence.events)}


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _read(line: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(line.decode("utf-8", "surrogatepass"))
    return fields


def _sentence(fields: Mapping[str, Any]) -> FinalResult:
    words = tuple(starmap(Word, json.loads(fields["words"])))
    return FinalResult(**{**fields, "words": words, "events": tuple(json.loads(fields["events"]))})
