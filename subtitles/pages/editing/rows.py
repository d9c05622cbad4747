"""Rows of a comparison, ready to be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from subtitles.compare.diff import Comparison, Row, Run
from subtitles.editing.accepting import Compared
from subtitles.models import Sentence


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of a sentence's text. `change`: which of the row's differences it is; `takes`: pressing it accepts that."""

    text: str
    change: int | None = None
    takes: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    sentence: Sentence
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
        """As `accepting` reads it: which sentences, in which revision."""
        return " ".join(f"{line.sentence.number}:{line.sentence.revision}" for line in self.a)

    @property
    def b_sentences(self) -> str:
        return " ".join(str(line.sentence.number) for line in self.b)


def ordinals(comparison: Comparison) -> list[int]:
    """For each row."""
    found, last = [], 0
    for row in comparison.rows:
        last += row.kind != "equal"
        found.append(last if row.kind != "equal" else 0)
    return found


def shown(found: Compared, place: int, ordinal: int, taken: bool = False) -> Shown:
    row = found.comparison.rows[place]
    first = min(_numbers(row), default=0)
    heard = {run.change for runs in row.b_runs for run in runs}
    a = _lines(found.a[row.a.start : row.a.stop], row.a_runs, first, heard)
    b = _lines(found.b[row.b.start : row.b.stop], row.b_runs, first, set())
    return Shown(row.kind, a, b, ordinal, taken)


def _numbers(row: Row) -> Iterator[int]:
    yield from (run.change for runs in (*row.a_runs, *row.b_runs) for run in runs if run.change is not None)


def _lines(
    sentences: Sequence[Sentence], runs: Sequence[Sequence[Run]], first: int, elsewhere: Set[int | None]
) -> list[Line]:
    """What differs can be taken once: on the right, or where the right has nothing, on the left."""
    return [
        Line(sentence, [_stretch(run, first, run.change not in elsewhere) for run in line])
        for sentence, line in zip(sentences, runs, strict=True)
    ]


def _stretch(run: Run, first: int, takes: bool) -> Stretch:
    return Stretch(run.text) if run.change is None else Stretch(run.text, run.change - first, takes)
