"""Sentences for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from subtitles.compare.accept import Edit
from subtitles.speech import FinalResult, Word


def said(text: str, begin_ms: int = 0, end_ms: int | None = None, **more: object) -> FinalResult:
    end = begin_ms + 200 * len(text) if end_ms is None else end_ms
    return FinalResult(begin_ms, end, text, **more)  # type: ignore[arg-type]


def spoken(*words: tuple[str, int, int], text: str | None = None) -> FinalResult:
    """A sentence of words with times."""
    found = tuple(Word(begin, end, word) for word, begin, end in words)
    return FinalResult(found[0].begin_ms, found[-1].end_ms, text or " ".join(word.text for word in found), found)


def in_a_row(texts: list[str], pause_ms: int = 100) -> tuple[FinalResult, ...]:
    found: list[FinalResult] = []
    for text in texts:
        found.append(said(text, found[-1].end_ms + pause_ms if found else 0))
    return tuple(found)


def applied(sentences: Sequence[FinalResult], edits: Iterable[Edit]) -> tuple[FinalResult, ...]:
    """The sentences after edits that do not overlap; what is inserted at one place keeps the order of the edits."""
    found: list[FinalResult] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.positions.start, edit.positions.stop)):
        found += sentences[at : edit.positions.start]
        found += edit.sentences
        at = edit.positions.stop
    return (*found, *sentences[at:])


texts = st.lists(st.text("abc ，。.'好我们去1", min_size=1, max_size=12).map(str.strip).filter(bool), max_size=6)
transcripts = texts.map(in_a_row)
