"""What was broadcast in a room: the list, and one session's text to read."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from django_htmx.http import HTMX_STOP_POLLING

from subtitles.access import may_edit
from subtitles.editing.transcripts import published, visible
from subtitles.models import CaptionSession, RecordingGap, Sentence
from subtitles.pages import sentences
from subtitles.pages.editing import panel as editing
from subtitles.pages.library import panel as library
from subtitles.pages.library.shown import sentence_counts
from subtitles.pages.recordings import panel as recordings
from subtitles.pages.render import PageRequest, page
from subtitles.pages.rooms import room_or_404
from subtitles.pages.transcribing import panel as transcribing

SESSIONS_ON_A_PAGE = 50


@login_required
@require_safe
def sessions(request: PageRequest, slug: str) -> HttpResponse:
    """While something is live the list asks for itself again; 286 tells htmx that this was the last time."""
    room = room_or_404(request.user, slug)
    shown = Paginator(room.sessions.select_related("recording"), SESSIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    moving = is_moving(shown)
    status = 200 if moving or not request.htmx else HTMX_STOP_POLLING
    context = {"room": room, "sessions": shown, "counts": sentence_counts(shown), "moving": moving}
    return page(request, "sessions", context, status=status)


@login_required
@require_safe
def session(request: PageRequest, slug: str, pk: int) -> HttpResponse:
    """Until it is over the page asks for itself again, as the list does."""
    room = room_or_404(request.user, slug)
    found = get_object_or_404(room.sessions.select_related("recording"), pk=pk)
    shown = sentences.shown(request, _sentences(found))
    gaps = RecordingGap.objects.filter(recording__session=found)
    context = {"room": room, "session": found, "sentences": shown, "gaps": gaps}
    context["may_edit"] = may_edit(request.user, room)
    for area in (recordings, transcribing, editing, library):
        context |= area.panel(request, found)
    over = request.htmx and not is_moving([found])
    return page(request, "session", context, status=HTMX_STOP_POLLING if over else 200)


def is_moving(found: Iterable[CaptionSession]) -> bool:
    return any(entry.state != CaptionSession.State.ENDED for entry in found)


def _sentences(found: CaptionSession) -> QuerySet[Sentence]:
    transcript = published(found)
    return visible(transcript) if transcript else Sentence.objects.none()
