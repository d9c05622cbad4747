"""The two transcripts of a comparison, ready for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from subtitles.compare.words import keys
from subtitles.speech import FinalResult


class Side(NamedTuple):
    """One transcript: its sentences, and the words of each as numbers (equal words, equal numbers)."""

    sentences: Sequence[FinalResult]
    keys: list[list[int]]

    def keys_in(self, span: range) -> list[int]:
        return [key for place in span for key in self.keys[place]]


def sides(a: Sequence[FinalResult], b: Sequence[FinalResult]) -> tuple[Side, Side]:
    numbers: dict[str, int] = {}
    return _side(a, numbers), _side(b, numbers)


def _side(sentences: Sequence[FinalResult], numbers: dict[str, int]) -> Side:
    return Side(sentences, [[numbers.setdefault(key, len(numbers)) for key in keys(said.text)] for said in sentences])
