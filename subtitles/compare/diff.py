"""Two transcripts of one recording, row by row: which sentences say the same, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from subtitles.compare.align import Figures, Step, figures, steps
from subtitles.compare.groups import Group, groups
from subtitles.compare.sides import Side, sides
from subtitles.compare.words import Token, stands_alone, tokens
from subtitles.speech import FinalResult

Kind = Literal["equal", "changed", "missing", "added"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a sentence's text; the runs of a sentence make up its whole text."""

    text: str
    change: int | None = None
    """The number of the change that it is part of; None where both transcripts agree."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: which words of which row. Its place in `Comparison.changes` is its number."""

    row: int
    words: Step
    """Positions among all words of the row's sentences."""


@dataclass(frozen=True, slots=True)
class Row:
    """Sentences of A beside the sentences of B that say the same; either may be none (`missing` in B, `added` by B)."""

    kind: Kind
    a: range
    b: range
    """Positions in the two transcripts. An empty `a` starts where the sentences of B would have to be put."""
    changes: range
    """The numbers of its differences."""


@dataclass(frozen=True, slots=True)
class Comparison:
    a: tuple[FinalResult, ...]
    b: tuple[FinalResult, ...]
    rows: tuple[Row, ...]
    changes: tuple[Change, ...]
    figures: Figures


def compare(a: Sequence[FinalResult], b: Sequence[FinalResult]) -> Comparison:
    """A is what is being corrected, B what it is compared with; both in reading order. Punctuation and case are equal.

    Recordings with several channels: compare channel by channel, since people who speak at once have no common order.
    """
    ours, theirs = sides(a, b)
    found, aligned = groups(ours, theirs)
    return _comparison(ours, theirs, found, aligned)


def one_row(a: Sequence[FinalResult], b: Sequence[FinalResult]) -> Comparison:
    """All these sentences beside one another, as they stand in a row of a longer comparison: the same changes."""
    ours, theirs = sides(a, b)
    whole = Group(range(len(a)), range(len(b)))
    return _comparison(ours, theirs, [whole], steps(ours.keys_in(whole.a), theirs.keys_in(whole.b)))


def runs(comparison: Comparison, row: Row) -> tuple[list[list[Run]], list[list[Run]]]:
    """The texts of a row's sentences, of A and of B, with its differences marked. Only for rows that are shown."""
    steps = {number: comparison.changes[number].words for number in row.changes}
    a = {place: number for number, step in steps.items() for place in range(step.a_begin, step.a_end)}
    b = {place: number for number, step in steps.items() for place in range(step.b_begin, step.b_end)}
    return _runs(comparison.a[row.a.start : row.a.stop], a), _runs(comparison.b[row.b.start : row.b.stop], b)


def _comparison(ours: Side, theirs: Side, found: Sequence[Group], aligned: Sequence[Step]) -> Comparison:
    rows: list[Row] = []
    changes: list[Change] = []
    for group in found:
        first = len(changes)
        changes += [Change(len(rows), step) for step in _differences(group, ours, theirs)]
        numbers = range(first, len(changes))
        rows.append(Row(_kind(group, numbers), group.a, group.b, numbers))
    return Comparison(tuple(ours.sentences), tuple(theirs.sentences), tuple(rows), tuple(changes), figures(aligned))


def _kind(group: Group, differences: range) -> Kind:
    if not group.b:
        return "missing"
    if not group.a:
        return "added"
    return "changed" if differences else "equal"


def _differences(group: Group, a: Side, b: Side) -> Iterator[Step]:
    ours, theirs = a.keys_in(group.a), b.keys_in(group.b)
    if ours == theirs:
        return
    words = [word for place in group.a for word in tokens(a.sentences[place].text)]
    for step in steps(ours, theirs):
        if not step.equal:
            yield from _single_words(step, words)


def _single_words(step: Step, words: list[Token]) -> Iterator[Step]:
    """As many words for as many can be taken one by one; characters without spaces between them stay together."""
    length = step.a_end - step.a_begin
    spaced = not any(len(word.key) == 1 and stands_alone(word.key) for word in words[step.a_begin : step.a_end])
    if not spaced or length != step.b_end - step.b_begin:
        yield step
        return
    for place in range(length):
        at, to = step.a_begin + place, step.b_begin + place
        yield Step(False, at, at + 1, to, to + 1)


def _runs(sentences: Sequence[FinalResult], change_of: Mapping[int, int]) -> list[list[Run]]:
    first, found = 0, []
    for sentence in sentences:
        words = tokens(sentence.text)
        numbers = [change_of.get(first + at) for at in range(len(words))]
        found.append(list(_marked(sentence.text, words, numbers)))
        first += len(words)
    return found


def _marked(text: str, words: list[Token], numbers: list[int | None]) -> Iterator[Run]:
    """Marks reach from the first letter of a change to its last; what is between words is not marked."""
    at = 0
    for number, stretch in groupby(zip(words, numbers, strict=True), key=lambda pair: pair[1]):
        if number is None:
            continue
        marked = [word for word, _ in stretch]
        if marked[0].begin > at:
            yield Run(text[at : marked[0].begin])
        at = marked[-1].end
        yield Run(text[marked[0].begin : at], number)
    if at < len(text):
        yield Run(text[at:])
