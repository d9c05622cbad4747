"""A session's transcripts: which one counts, and which may be edited."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from subtitles.models import CaptionSession, Sentence, Transcript


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
