"""Which stretch of a text was spoken when: the words of an engine laid over a text that may have changed since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from subtitles.compare.align import steps
from subtitles.compare.words import folded, is_letter, stands_alone, tokens
from subtitles.speech import Word

LONGEST_WORD = 8
"""Letters in a word of the engine that are kept together. Some engines call a whole phrase one word."""


class Unit(NamedTuple):
    """`text[begin:end]`, spoken from `begin_ms` to `end_ms`."""

    begin: int
    end: int
    begin_ms: int
    end_ms: int


def fit(text: str, words: Sequence[Word], begin_ms: int, end_ms: int) -> list[Unit]:
    """The words of `text` with their times, in order and without overlap.

    A word of the engine whose letters stand in the text keeps its time; what stands between two of them shares the time
    between them by length. Without words everything shares `begin_ms` to `end_ms`. Empty for a text without letters.
    """
    kept = _kept(text, list(_in_order(words, begin_ms, end_ms)))
    edges = [Unit(0, 0, begin_ms, begin_ms), *kept, Unit(len(text), len(text), end_ms, end_ms)]
    units: list[Unit] = []
    for before, after in pairwise(edges):
        units += shared(text, _words_in(text, before.end, after.begin), before.end_ms, after.begin_ms)
        units += _parts(text, after)
    return units


def shared(text: str, stretches: Sequence[tuple[int, int]], begin_ms: int, end_ms: int) -> list[Unit]:
    """These stretches of `text`, sharing the time by the length of what is said in each."""
    weights = [_weight(text[begin:end]) for begin, end in stretches]
    whole, spoken, units = sum(weights), 0, []
    for (begin, end), weight in zip(stretches, weights, strict=True):
        times = [begin_ms + (end_ms - begin_ms) * part // whole for part in (spoken, spoken + weight)]
        units.append(Unit(begin, end, times[0], times[1]))
        spoken += weight
    return units


def as_words(text: str, units: Sequence[Unit]) -> tuple[Word, ...]:
    """The units as words, each with the punctuation that follows it."""
    beyond = Unit(len(text), len(text), 0, 0)
    return tuple(
        Word(unit.begin_ms, unit.end_ms, text[unit.begin : unit.end], text[unit.end : after.begin].strip())
        for unit, after in pairwise([*units, beyond])
    )


def _weight(stretch: str) -> int:
    """A character that is a word takes longer to say than a letter."""
    return sum(2 if stands_alone(character) else 1 for character in stretch) or 1


def _in_order(words: Sequence[Word], begin_ms: int, end_ms: int) -> Iterator[Word]:
    said_until = begin_ms
    for word in words:
        begin = min(max(word.begin_ms, said_until), end_ms)
        said_until = min(max(word.end_ms, begin), end_ms)
        yield Word(begin, said_until, word.text)


def _kept(text: str, words: Sequence[Word]) -> list[Unit]:
    """The words all of whose letters stand side by side in the text, in order."""
    spoken = [[folded(character) for character in word.text if is_letter(character)] for word in words]
    written = [place for place, character in enumerate(text) if is_letter(character)]
    at = _matches([folded(text[place]) for place in written], [letter for letters in spoken for letter in letters])
    units, first = [], 0
    for word, letters in zip(words, spoken, strict=True):
        found = at[first : first + len(letters)]
        first += len(letters)
        if found and -1 not in found and found[-1] - found[0] == len(found) - 1:
            units.append(Unit(written[found[0]], written[found[-1]] + 1, word.begin_ms, word.end_ms))
    return units


def _matches(written: list[str], heard: list[str]) -> list[int]:
    """For each letter heard, which of the written letters it is; -1 for none of them."""
    if written == heard:
        return list(range(len(heard)))
    at = [-1] * len(heard)
    for step in steps(written, heard):
        if step.equal:
            at[step.b_begin : step.b_end] = range(step.a_begin, step.a_end)
    return at


def _words_in(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    return [(begin + token.begin, begin + token.end) for token in tokens(text[begin:end])]


def _parts(text: str, unit: Unit) -> list[Unit]:
    stretch = text[unit.begin : unit.end]
    if len(stretch) <= LONGEST_WORD and not any(map(str.isspace, stretch)):
        return [unit] if stretch else []
    return shared(text, _words_in(text, unit.begin, unit.end), unit.begin_ms, unit.end_ms)
