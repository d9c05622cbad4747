"""A transcript as lines: the first for what holds for all of it, then one for each sentence.

Whoever reads or writes a long one keeps nobody else from running: a line is soon done, and between lines there are
breaths. A sentence is JSON in three parts with tabs between, which JSON has none of: its words and its events have the
form of their columns in the table of sentences, and on the way there nobody takes them apart.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import starmap
from operator import attrgetter
from typing import NamedTuple, TypeVar, overload

from subtitles.engines.base import Transcribed
from subtitles.speech import FinalResult, Word, clean_word

T = TypeVar("T")
ITEMS_A_BREATH, BREATH_S = 100, 0.001
_FORM = 2
"""Files of another form are older than this version."""


class Kept(NamedTuple):
    """A sentence as on its line; `words` and `events` are JSON."""

    begin_ms: int
    end_ms: int
    text: str
    language: str
    speaker: str
    channel: int | None
    emotion: str
    emotion_confidence: float | None
    words: str
    events: str


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
    fields = dataclasses.asdict(dataclasses.replace(transcribed, sentences=()))
    yield json.dumps({**fields, "sentences": _FORM}).encode() + b"\n"
    if isinstance(transcribed.sentences, Lines):
        yield from (line + b"\n" for line in transcribed.sentences.lines)
    else:
        yield from map(_line, kept(transcribed.sentences))


def decoded(data: bytes) -> Transcribed:
    """Blocks. Raises ValueError."""
    first, *others = data.splitlines()
    fields = json.loads(first)
    if fields.get("sentences") != _FORM:
        raise ValueError("form")
    return Transcribed(**{**fields, "untimed": tuple(fields["untimed"]), "sentences": Lines(others)})


def kept(sentences: Sequence[FinalResult]) -> Iterator[Kept]:
    """Blocks. Raises ValueError."""
    if isinstance(sentences, Lines):
        return map(_read, unhurried(sentences.lines))
    return map(_kept, unhurried(sentences))


def unhurried(items: Iterable[T]) -> Iterator[T]:
    """For long loops in a thread: the event loop gets the interpreter every few items, not after its 5 ms each time."""
    for number, item in enumerate(items):
        if number % ITEMS_A_BREATH == ITEMS_A_BREATH - 1:
            time.sleep(BREATH_S)
        yield item


def _kept(sentence: FinalResult) -> Kept:
    """A word as a row: there may be a hundred thousand of them. They are cleaned here, the rest when it is imported."""
    words = [(word.begin_ms, word.end_ms, clean_word(word.text), word.punctuation) for word in sentence.words]
    events = json.dumps(sentence.events) if sentence.events else "[]"
    return Kept._make((*_plain(sentence), json.dumps(words), events))


_plain = attrgetter(*Kept._fields[:-2])


def _line(kept: Kept) -> bytes:
    return f"{json.dumps(kept[:-2])}\t{kept.words}\t{kept.events}\n".encode()


def _read(line: bytes) -> Kept:
    plain, *columns = line.decode().split("\t")
    return Kept._make(json.loads(plain) + columns)


def _sentence(kept: Kept) -> FinalResult:
    words = tuple(starmap(Word, json.loads(kept.words)))
    return FinalResult(**{**kept._asdict(), "words": words, "events": tuple(json.loads(kept.events))})
