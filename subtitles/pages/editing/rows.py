"""Rows of a comparison, ready to be drawn."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from subtitles.compare.diff import Comparison, Run, runs
from subtitles.editing.accepting import Compared, Place
from subtitles.speech import FinalResult


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of a sentence's text. `change`: which of the row's differences it is; `takes`: pressing it accepts that."""

    text: str
    change: int | None = None
    takes: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    place: Place
    said: FinalResult
    stretches: list[Stretch]


@dataclass(frozen=True, slots=True)
class Shown:
    kind: str
    a: list[Line]
    b: list[Line]
    ordinal: int = 0
    """Which difference of the comparison it is, from 1; 0 where both say the same."""
    taken: bool = False

    @property
    def a_sentences(self) -> str:
        """As `acceptance` reads it: which sentences, in which revision."""
        return _known(self.a)

    @property
    def b_sentences(self) -> str:
        return _known(self.b)


def _known(lines: Sequence[Line]) -> str:
    return " ".join(f"{line.place.number}:{line.place.revision}" for line in lines)


def ordinals(comparison: Comparison) -> list[int]:
    """For each row."""
    found, last = [], 0
    for row in comparison.rows:
        last += row.kind != "equal"
        found.append(last if row.kind != "equal" else 0)
    return found


def shown(found: Compared, place: int, ordinal: int, taken: bool = False) -> Shown:
    comparison = found.comparison
    row = comparison.rows[place]
    a_runs, b_runs = runs(comparison, row)
    heard = {run.change for line in b_runs for run in line}
    a = _lines(found.a, comparison.a, row.a, a_runs, row.changes.start, heard)
    b = _lines(found.b, comparison.b, row.b, b_runs, row.changes.start, set())
    return Shown(row.kind, a, b, ordinal, taken)


def _lines(
    places: Sequence[Place],
    sentences: Sequence[FinalResult],
    span: range,
    runs: Sequence[Sequence[Run]],
    first: int,
    elsewhere: Set[int | None],
) -> list[Line]:
    """What differs can be taken once: on the right, or where the right has nothing, on the left."""
    return [
        Line(places[at], sentences[at], [_stretch(run, first, run.change not in elsewhere) for run in line])
        for at, line in zip(span, runs, strict=True)
    ]


def _stretch(run: Run, first: int, takes: bool) -> Stretch:
    return Stretch(run.text) if run.change is None else Stretch(run.text, run.change - first, takes)
