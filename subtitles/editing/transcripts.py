"""A session's transcripts: which one counts, and copies to be edited."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from subtitles.models import CaptionSession, Sentence, Transcript, User

ROWS_A_TRANSACTION = 500
"""Of a copy: so that live captions never wait for it."""
_OWN = ("id", "transcript", "seq", "revision")
_COPIED = [field.column for field in Sentence._meta.concrete_fields if field.name not in _OWN]


class NotEditable(Exception):
    """Live and batch transcripts are never changed, and nothing is copied that is still being written."""


def published(session: CaptionSession) -> Transcript | None:
    """What people are shown: the published transcript, or else the live one.

    An uploaded recording has no live one: then the newest that is ready, or None.
    """
    ready = session.transcripts.filter(ready=True)
    shown = ready.filter(Q(published=True) | Q(kind=Transcript.Kind.LIVE)).order_by("-published").first()
    return shown or ready.order_by("-id").first()


def visible(transcript: Transcript) -> QuerySet[Sentence]:
    """Its sentences in reading order, without the hidden ones."""
    return transcript.sentences.filter(hidden=False).order_by("begin_ms", "number")


def publish(transcript: Transcript) -> None:
    """This one instead of any other of its session."""
    if transcript.published:
        return
    with transaction.atomic():
        CaptionSession.objects.select_for_update().get(pk=transcript.session_id)
        others = Transcript.objects.filter(session=transcript.session_id, published=True)
        others.exclude(pk=transcript.pk).update(published=False)
        Transcript.objects.filter(pk=transcript.pk).update(published=True)
    transcript.published = True


def may_be_copied(transcript: Transcript) -> bool:
    is_being_written = (
        transcript.kind == Transcript.Kind.LIVE and transcript.session.state != CaptionSession.State.ENDED
    )
    return transcript.ready and not is_being_written


def copied(base: Transcript, user: User | None) -> Transcript:
    """A copy to be edited; sentences keep their numbers. Raises NotEditable."""
    if not may_be_copied(base):
        raise NotEditable
    copy = Transcript.objects.create(
        session_id=base.session_id,
        kind=Transcript.Kind.EDITED,
        engine=base.engine,
        model=base.model,
        options=base.options,
        base=base,
        created_by=user,
        ready=False,
    )
    last = base.sentences.aggregate(last=Max("number"))["last"] or 0
    for first in range(0, last + 1, ROWS_A_TRANSACTION):
        _copy_rows(base.pk, copy.pk, first, first + ROWS_A_TRANSACTION - 1)
    copy.ready = True
    copy.save(update_fields=["ready"])
    return copy


def _copy_rows(source: int, target: int, first: int, last: int) -> None:
    """In the database itself: rows that went through Python would hold its lock ten times as long."""
    columns = ", ".join(f'"{column}"' for column in _COPIED)
    table = Sentence._meta.db_table
    statement = (
        f'INSERT INTO "{table}" (transcript_id, seq, revision, {columns}) '  # noqa: S608 - names of our own model
        f'SELECT %s, 0, 1, {columns} FROM "{table}" WHERE transcript_id = %s AND number BETWEEN %s AND %s'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [target, source, first, last])
