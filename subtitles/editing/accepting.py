"""Words of one transcript taken into another, which is an edited copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from django.db.models import Count, Max, Sum

from subtitles.compare.accept import Edit, accept_all
from subtitles.compare.channels import compare_channels, order
from subtitles.compare.diff import Comparison
from subtitles.editing.states import as_state, gone, spoken, state
from subtitles.editing.transcripts import visible
from subtitles.editing.writing import Change
from subtitles.models import Sentence, Transcript

COMPARISONS_KEPT = 4
"""Aligning hours of speech takes a second or two; going to the next page does not align again."""


class Version(NamedTuple):
    """Changes with every change of the transcript's sentences."""

    transcript: int
    made: datetime
    sentences: int
    revisions: int
    last: int


class Compared(NamedTuple):
    comparison: Comparison
    a: tuple[Sentence, ...]
    b: tuple[Sentence, ...]
    """The rows that the comparison's sentences were made of, in its order."""


def compared(a: Transcript, b: Transcript) -> Compared:
    return _compared(_version(a), _version(b))


def taken_over(found: Compared) -> list[Change]:
    """All of B."""
    return changes(found.a, accept_all(found.comparison))


def changes(rows: Sequence[Sentence], edits: Iterable[Edit]) -> list[Change]:
    """Edits of these rows: sentence for sentence as long as there are any, then new ones or none."""
    return [change for edit in edits for change in _change(rows, edit)]


def _change(rows: Sequence[Sentence], edit: Edit) -> Iterable[Change]:
    ours = [copy(row) for row in rows[edit.positions.start : edit.positions.stop]]
    for row, said in zip_longest(ours, edit.sentences):
        if said is None:
            yield Change(row, gone(state(row)))
        elif row is not None:
            yield Change(row, as_state(said))
        else:
            yield Change(Sentence(channel=said.channel, language=said.language), as_state(said))


def _version(transcript: Transcript) -> Version:
    found = visible(transcript).order_by().aggregate(n=Count("pk"), revisions=Sum("revision"), last=Max("pk"))
    return Version(transcript.pk, transcript.created_at, found["n"], found["revisions"] or 0, found["last"] or 0)


@lru_cache(COMPARISONS_KEPT)
def _compared(a: Version, b: Version) -> Compared:
    ours, theirs = (_rows(side.transcript) for side in (a, b))
    if {row.channel for row in ours} == {row.channel for row in theirs}:
        ours, theirs = (tuple(sorted(side, key=lambda row: order(row.channel))) for side in (ours, theirs))
    return Compared(compare_channels([*map(spoken, ours)], [*map(spoken, theirs)]), ours, theirs)


def _rows(transcript: int) -> tuple[Sentence, ...]:
    return tuple(Sentence.objects.filter(transcript=transcript, hidden=False).order_by("begin_ms", "number"))
