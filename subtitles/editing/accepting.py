"""Words of one transcript taken into another, which is an edited copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple, TypeVar

from django.db import transaction
from django.db.models import Count, Max, Sum

from subtitles.compare.accept import Edit, accept_all
from subtitles.compare.channels import compare_channels, order
from subtitles.compare.diff import Comparison
from subtitles.editing.states import as_state, gone, spoken, state
from subtitles.editing.transcripts import visible
from subtitles.editing.writing import Change
from subtitles.models import Sentence, Transcript
from subtitles.speech import FinalResult

Key = TypeVar("Key")
Said = list[tuple[Key, FinalResult]]
"""Sentences, each with what it is known by."""

COMPARISONS_KEPT = 4
"""Aligning hours of speech takes half a second; going to the next page does not align again."""


class AlreadyThere(Exception):
    """What would be added was added before."""


class Version(NamedTuple):
    """Changes with every change of the transcript's sentences."""

    transcript: int
    made: datetime
    sentences: int
    revisions: int
    last: int


class Place(NamedTuple):
    """Which sentence it is, as it was read."""

    number: int
    revision: int


class Compared(NamedTuple):
    """For pages: the sentences have their texts and times, not their words, which are most of what a row weighs."""

    comparison: Comparison
    a: tuple[Place, ...]
    b: tuple[Place, ...]
    """Of each of the comparison's sentences."""


@contextmanager
def alone(copy: Transcript) -> Iterator[None]:
    """Nobody else writes to it between what is read here and what is written. Short: on SQLite everybody waits."""
    with transaction.atomic():
        Transcript.objects.select_for_update().filter(pk=copy.pk).first()
        yield


def compared(a: Transcript, b: Transcript) -> Compared:
    return _compared(version(a), version(b))


def has_other_texts(comparison: Comparison) -> bool:
    """To the letter: with the same words, punctuation, capitals or the ends of sentences may differ."""
    return bool(accept_all(comparison))


def version(transcript: Transcript) -> Version:
    """Hidden ones count: then it never is again what it was."""
    found = transcript.sentences.order_by().aggregate(n=Count("pk"), revisions=Sum("revision"), last=Max("pk"))
    return Version(transcript.pk, transcript.created_at, found["n"], found["revisions"] or 0, found["last"] or 0)


def taken_over(copy: Transcript, b: Transcript) -> list[Change]:
    """All of B."""
    ours, theirs = _in_one_order(*([(row, spoken(row)) for row in visible(side)] for side in (copy, b)))
    return changes([row for row, _ in ours], accept_all(compare_channels(_speech(ours), _speech(theirs))))


def changes(rows: Sequence[Sentence], edits: Iterable[Edit]) -> list[Change]:
    """Edits of these rows: sentence for sentence as long as there are any, then new ones or none."""
    return [change for edit in edits for change in _change(rows, edit)]


def check_new(copy: Transcript, wanted: Iterable[Change]) -> None:
    """Raises AlreadyThere."""
    wanted = list(wanted)
    others = visible(copy).exclude(pk__in=[change.sentence.pk for change in wanted if change.sentence.pk])
    for sentence, becomes in ((change.sentence, change.becomes) for change in wanted if change.sentence.pk is None):
        same = others.filter(begin_ms=becomes.begin_ms, end_ms=becomes.end_ms, text=becomes.text)
        if same.filter(channel=sentence.channel).exists():
            raise AlreadyThere


def _change(rows: Sequence[Sentence], edit: Edit) -> Iterable[Change]:
    ours = [copy(row) for row in rows[edit.positions.start : edit.positions.stop]]
    for row, said in zip_longest(ours, edit.sentences):
        if said is None:
            yield Change(row, gone(state(row)))
        elif row is not None:
            yield Change(row, as_state(said))
        else:
            yield Change(Sentence(channel=said.channel, language=said.language), as_state(said))


@lru_cache(COMPARISONS_KEPT)
def _compared(a: Version, b: Version) -> Compared:
    ours, theirs = _in_one_order(_texts(a.transcript), _texts(b.transcript))
    found = compare_channels(_speech(ours), _speech(theirs))
    return Compared(found, tuple(place for place, _ in ours), tuple(place for place, _ in theirs))


def _texts(transcript: int) -> Said[Place]:
    """Without building a model object for each row: of thousands that takes longer than to align them."""
    rows = Sentence.objects.filter(transcript=transcript, hidden=False).order_by("begin_ms", "number")
    fields = rows.values_list("number", "revision", "begin_ms", "end_ms", "text", "language", "channel")
    return [
        (Place(number, revision), FinalResult(begin_ms, end_ms, text, language=language, channel=channel))
        for number, revision, begin_ms, end_ms, text, language, channel in fields
    ]


def _in_one_order(a: Said[Key], b: Said[Key]) -> tuple[Said[Key], Said[Key]]:
    """Channel by channel where both have the same ones; else as they were spoken."""
    if {said.channel for _, said in a} != {said.channel for _, said in b}:
        return a, b
    return _by_channel(a), _by_channel(b)


def _by_channel(side: Said[Key]) -> Said[Key]:
    return sorted(side, key=lambda pair: order(pair[1].channel))


def _speech(side: Said[Key]) -> list[FinalResult]:
    return [said for _, said in side]
