"""The list of a session's transcripts."""

from __future__ import annotations

from django.db.models import Count, Q

from subtitles.editing import published
from subtitles.models import CaptionSession, Transcript
from subtitles.pages.render import PageRequest


def panel(request: PageRequest, session: CaptionSession) -> dict[str, object]:
    """What this part of the session's page needs."""
    shown = published(session)
    found = _listed(session)
    for transcript in found:
        transcript.published = transcript == shown
    return {
        "transcripts": found,
        "to_compare": _to_compare(found, shown),
    }


def _listed(session: CaptionSession) -> list[Transcript]:
    lines = Count("sentences", filter=Q(sentences__hidden=False))
    found = session.transcripts.filter(ready=True).select_related("created_by", "base")
    return list(found.annotate(lines=lines).order_by("id"))


def _to_compare(found: list[Transcript], shown: Transcript | None) -> tuple[Transcript, Transcript] | None:
    """What is shown, with the newest one that no person made."""
    heard = [entry for entry in found if entry != shown and entry.kind != Transcript.Kind.EDITED]
    others = heard or [entry for entry in found if entry != shown]
    return (shown, others[-1]) if shown and others else None
