"""The editor of a copy. Its sentences come in windows; the script fetches those that the page does not have yet."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from subtitles.editing import published
from subtitles.models import Sentence, Transcript
from subtitles.pages.editing.lookup import copy_or_404, session_or_404
from subtitles.pages.editing.words import EDITOR
from subtitles.pages.recordings import panel as recordings
from subtitles.pages.render import PageRequest, page, wants_fragment

SENTENCES_IN_A_WINDOW = 250


@login_required
@require_safe
def editor(request: PageRequest, slug: str, pk: int, transcript: int) -> HttpResponse:
    session = session_or_404(request.user, slug, pk)
    found = copy_or_404(session, transcript)
    context = {
        "room": session.room,
        "session": session,
        "transcript": found,
        "sentences": _window(request, found),
    }
    if not wants_fragment(request):
        speakers = found.sentences.exclude(speaker="").order_by().values_list("speaker", flat=True).distinct()
        context |= recordings.panel(request, session)
        count = found.sentences.exclude(text="").count()
        context |= {"published": found == published(session), "speakers": sorted(speakers), "count": count}
        context["texts"] = EDITOR
    return page(request, "editor", context)


@login_required
@require_safe
def words(request: PageRequest, slug: str, pk: int, transcript: int) -> HttpResponse:
    """The words of a window: `{number: [[begin_ms, end_ms, text, punctuation], …]}`."""
    found = copy_or_404(session_or_404(request.user, slug, pk), transcript)
    return JsonResponse({sentence.number: sentence.words for sentence in _window(request, found) if sentence.text})


def _window(request: PageRequest, transcript: Transcript) -> Page[Sentence]:
    """What was joined to another sentence has no text any more, and is not drawn. But it counts, so that the windows
    that are not fetched yet stay what they are when sentences are joined.
    """
    rows = transcript.sentences.order_by("begin_ms", "number")
    return Paginator(rows, SENTENCES_IN_A_WINDOW).get_page(request.GET.get("page"))
