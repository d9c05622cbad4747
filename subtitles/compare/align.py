"""The shortest way from one row of words to another."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein


class Step(NamedTuple):
    """Words `a_begin:a_end` of one text stand where words `b_begin:b_end` of the other stand."""

    equal: bool
    a_begin: int
    a_end: int
    b_begin: int
    b_end: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How far B is from A, in words (in scripts without spaces: in characters, as a character error rate counts)."""

    words: int
    """Words of A, the reference."""
    substituted: int
    deleted: int
    inserted: int

    @property
    def rate(self) -> float:
        """Word or character error rate; 0.0 when both are empty, 1.0 or more when A alone is."""
        errors = self.substituted + self.deleted + self.inserted
        return errors / max(self.words, 1)


def steps(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Step]:
    """Equal and unequal stretches by turns; together they cover both rows.

    Numbers are compared faster than strings. 30,000 of them take a tenth of a second, and time grows with the square.
    """
    found: list[Step] = []
    for code in Levenshtein.opcodes(a, b):
        step = Step(code.tag == "equal", code.src_start, code.src_end, code.dest_start, code.dest_end)
        # What is replaced beside what is inserted or deleted is one difference to a reader.
        if found and not (step.equal or found[-1].equal):
            before = found.pop()
            step = Step(False, before.a_begin, step.a_end, before.b_begin, step.b_end)
        found.append(step)
    return found


def figures(found: Sequence[Step]) -> Figures:
    replaced = deleted = inserted = 0
    for step in found:
        if not step.equal:
            a, b = step.a_end - step.a_begin, step.b_end - step.b_begin
            replaced += min(a, b)
            deleted += max(a - b, 0)
            inserted += max(b - a, 0)
    return Figures(found[-1].a_end if found else 0, replaced, deleted, inserted)
