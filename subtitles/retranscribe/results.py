"""Results on disk: whole or not there, and checked when they are read. A service keeps its own for a day only."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import starmap
from pathlib import Path
from typing import Any, TypeVar

from subtitles.engines.base import Transcribed
from subtitles.speech import FinalResult, Word

T = TypeVar("T")
ITEMS_A_BREATH, BREATH_S = 20, 0.001


class Damaged(Exception):
    """The file is not there, or is not what was written."""


def keep(path: Path, transcribed: Transcribed) -> str:
    """Writes it beside `path` and renames it; the file's sha256. A line for each sentence. Blocks. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    sha256 = hashlib.sha256()
    with part.open("wb") as file:
        for line in _lines(transcribed):
            sha256.update(line)
            file.write(line)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return sha256.hexdigest()


def _lines(transcribed: Transcribed) -> Iterator[bytes]:
    yield _line(_fields(dataclasses.replace(transcribed, sentences=())))
    for sentence in unhurried(transcribed.sentences):
        yield _line(_sentence_fields(sentence))


def _sentence_fields(sentence: FinalResult) -> dict[str, Any]:
    """A word as a row: there may be a hundred thousand of them."""
    fields: dict[str, Any] = {name: getattr(sentence, name) for name in FinalResult.__slots__}
    fields["words"] = [[word.begin_ms, word.end_ms, word.text, word.punctuation] for word in sentence.words]
    return fields


def _fields(transcribed: Transcribed) -> dict[str, Any]:
    fields = dataclasses.asdict(transcribed)
    del fields["sentences"]
    return fields


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def load(path: Path, sha256: str) -> Transcribed:
    """Blocks. Raises Damaged."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Damaged(str(path.name)) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Damaged(str(path.name))
    first, *others = data.splitlines()
    kept = _read(first)
    sentences = tuple(_sentence(_read(line)) for line in unhurried(others))
    return Transcribed(**{**kept, "untimed": tuple(kept["untimed"])}, sentences=sentences)


def _read(line: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(line.decode("utf-8", "surrogatepass"))
    return fields


def _sentence(kept: Mapping[str, Any]) -> FinalResult:
    words = tuple(starmap(Word, kept["words"]))
    return FinalResult(**{**kept, "words": words, "events": tuple(kept["events"])})


def unhurried(items: Iterable[T]) -> Iterator[T]:
    """For long loops in a thread: the event loop gets the interpreter every few items, not after its 5 ms each time."""
    for number, item in enumerate(items):
        if number % ITEMS_A_BREATH == ITEMS_A_BREATH - 1:
            time.sleep(BREATH_S)
        yield item
