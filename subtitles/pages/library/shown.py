"""The text of a session that people are shown, for many sessions in one query."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When

from subtitles.models import CaptionSession, Transcript


def text_shown(session: OuterRef) -> QuerySet[Transcript, int]:
    """As `editing.transcripts.published` chooses: the published one, else the live one, else the newest."""
    rank = Case(When(published=True, then=Value(0)), When(kind=Transcript.Kind.LIVE, then=Value(1)), default=Value(2))
    return Transcript.objects.filter(session=session, ready=True).order_by(rank, "-pk").values_list("pk", flat=True)[:1]


def sentence_counts(sessions: Iterable[CaptionSession]) -> dict[int, int]:
    """By the session's key, what its page has to read. A session without a text is left out."""
    shown = Transcript.objects.filter(session__in=list(sessions), pk=Subquery(text_shown(OuterRef("session"))))
    lines = Count("sentences", filter=Q(sentences__hidden=False))
    return dict(shown.order_by().annotate(lines=lines).values_list("session", "lines"))
