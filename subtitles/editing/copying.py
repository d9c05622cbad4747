"""Copies to be edited: one for who asks twice at once, and none that was left half made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from subtitles.editing.transcripts import NotEditable, may_be_copied
from subtitles.models import CaptionSession, Sentence, Transcript, User

ROWS_A_TRANSACTION = 500
"""Of a copy: so that live captions never wait for it. 5,000 at once would hold SQLite for a tenth of a second."""
AT_ONCE = timedelta(seconds=30)
"""A second wish of the same person for the same copy, so soon, is the first one again: a second click."""
LEFT_BEHIND = timedelta(hours=1)
"""A copy that is not ready by then never will be: its process died."""
_OWN = ("id", "transcript", "seq", "revision")
_COPIED = [field.column for field in Sentence._meta.concrete_fields if field.name not in _OWN]


def copied(base: Transcript, user: User | None) -> Transcript:
    """A copy to be edited; sentences keep their numbers. Raises NotEditable."""
    if not may_be_copied(base):
        raise NotEditable
    _sweep()
    copy = _begun(base, user)
    if not copy.ready:
        for first, last in _pieces(base):
            _copy_rows(base.pk, copy.pk, first, last)
        Transcript.objects.filter(pk=copy.pk).update(ready=True)
        copy.ready = True
    return copy


def continued(base: Transcript) -> Transcript | None:
    """Where its corrections go on: in itself if it is a copy, else in what is published, if that came from it."""
    if base.kind == Transcript.Kind.EDITED:
        return base
    shown = base.session.transcripts.filter(kind=Transcript.Kind.EDITED, ready=True, published=True).first()
    origin = shown
    while origin is not None and origin != base:
        origin = origin.base
    return shown if origin else None


@contextmanager
def correcting(base: Transcript, user: User | None) -> Iterator[Transcript]:
    """Where corrections go on, or a copy made for them, which does not stay if they fail. Raises NotEditable."""
    earlier = set(base.session.transcripts.values_list("pk", flat=True))
    copy = continued(base) or copied(base, user)
    try:
        yield copy
    except Exception:
        if copy.pk not in earlier:
            withdraw(copy)
        raise


def withdraw(copy: Transcript) -> None:
    """A copy in which nothing was changed does not stay."""
    with transaction.atomic():
        locked = Transcript.objects.select_for_update().filter(pk=copy.pk).first()
        if locked and not locked.sentences.filter(revision__gt=1).exists():
            locked.delete()


def _begun(base: Transcript, user: User | None) -> Transcript:
    """New, or the one that the same person began right now: then both fill it, and neither row comes twice."""
    with transaction.atomic():
        CaptionSession.objects.select_for_update().get(pk=base.session_id)
        since = timezone.now() - AT_ONCE
        mine = base.copies.filter(kind=Transcript.Kind.EDITED, created_by=user, created_at__gt=since)
        return mine.order_by("-id").first() or Transcript.objects.create(
            session_id=base.session_id,
            kind=Transcript.Kind.EDITED,
            engine=base.engine,
            model=base.model,
            options=base.options,
            base=base,
            created_by=user,
            ready=False,
        )


def _sweep() -> None:
    until = timezone.now() - LEFT_BEHIND
    for left in Transcript.objects.filter(kind=Transcript.Kind.EDITED, ready=False, created_at__lt=until):
        for first, last in _pieces(left):
            left.sentences.filter(number__range=(first, last)).delete()
        left.delete()


def _pieces(transcript: Transcript) -> Iterator[tuple[int, int]]:
    """Its sentences' numbers, from and to."""
    highest = transcript.sentences.aggregate(highest=Max("number"))["highest"] or 0
    for first in range(0, highest + 1, ROWS_A_TRANSACTION):
        yield first, first + ROWS_A_TRANSACTION - 1


def _copy_rows(source: int, target: int, first: int, last: int) -> None:
    """In the database itself: rows that went through Python would hold its lock ten times as long."""
    columns = ", ".join(f'"{column}"' for column in _COPIED)
    table = Sentence._meta.db_table
    statement = (
        f'INSERT INTO "{table}" (transcript_id, seq, revision, {columns}) '  # noqa: S608 - names of our own model
        f'SELECT %s, 0, 1, {columns} FROM "{table}" WHERE transcript_id = %s AND number BETWEEN %s AND %s '
        "ON CONFLICT (transcript_id, number) DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [target, source, first, last])
