"""What an address of this area names. Whoever may open the room may correct and publish what was said in it."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from subtitles.access import Visitor
from subtitles.models import CaptionSession, Transcript
from subtitles.pages.rooms import room_or_404
from subtitles.pages.row_number import row_number


def session_or_404(user: Visitor, slug: str, pk: int) -> CaptionSession:
    """With its room."""
    return get_object_or_404(room_or_404(user, slug).sessions.select_related("room__owner"), pk=pk)


def transcript_or_404(session: CaptionSession, pk: int | str | None) -> Transcript:
    """One of the session that is ready."""
    found = session.transcripts.select_related("session", "base", "created_by")
    return get_object_or_404(found, pk=row_number(str(pk)), ready=True)


def copy_or_404(session: CaptionSession, pk: int) -> Transcript:
    """One that may be edited."""
    transcript = transcript_or_404(session, pk)
    if transcript.kind != Transcript.Kind.EDITED:
        raise Http404
    return transcript
