"""The two transcripts of a comparison, ready for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from subtitles.compare.words import Token, tokens
from subtitles.speech import FinalResult


class Side(NamedTuple):
    """One transcript: its sentences, the words of each, and each word as a number (equal words, equal numbers)."""

    sentences: Sequence[FinalResult]
    words: list[list[Token]]
    keys: list[list[int]]

    def words_in(self, span: range) -> list[Token]:
        return [word for place in span for word in self.words[place]]

    def keys_in(self, span: range) -> list[int]:
        return [key for place in span for key in self.keys[place]]


def sides(a: Sequence[FinalResult], b: Sequence[FinalResult]) -> tuple[Side, Side]:
    numbers: dict[str, int] = {}
    return _side(a, numbers), _side(b, numbers)


def _side(sentences: Sequence[FinalResult], numbers: dict[str, int]) -> Side:
    words = [tokens(sentence.text) for sentence in sentences]
    return Side(sentences, words, [[numbers.setdefault(word.key, len(numbers)) for word in line] for line in words])
