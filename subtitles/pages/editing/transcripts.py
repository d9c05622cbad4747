"""One transcript to read; copies; which one is published."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from subtitles.editing.copying import copied
from subtitles.editing.transcripts import NotEditable, published, visible
from subtitles.editing.transcripts import publish as make_published
from subtitles.pages import sentences
from subtitles.pages.editing.lookup import session_or_404, transcript_or_404
from subtitles.pages.render import PageRequest, page


@login_required
@require_safe
def transcript(request: PageRequest, slug: str, pk: int, transcript: int) -> HttpResponse:
    session = session_or_404(request.user, slug, pk)
    found = transcript_or_404(session, transcript)
    context = {
        "room": session.room,
        "session": session,
        "transcript": found,
        "sentences": sentences.shown(request, visible(found)),
        "published": found == published(session),
    }
    return page(request, "transcript", context)


@login_required
@require_POST
def copy(request: PageRequest, slug: str, pk: int, transcript: int) -> HttpResponse:
    """A copy, and on to its editor."""
    session = session_or_404(request.user, slug, pk)
    try:
        made = copied(transcript_or_404(session, transcript), request.user)
    except NotEditable:
        messages.error(request, _("This transcript is still being written. Edit it when the session is over."))
        return redirect("session", slug, pk)
    return redirect("editor", slug, pk, made.pk)


@login_required
@require_POST
def publish(request: PageRequest, slug: str, pk: int, transcript: int) -> HttpResponse:
    session = session_or_404(request.user, slug, pk)
    make_published(transcript_or_404(session, transcript))
    messages.success(request, _("Published: the session's page and its files show this transcript now."))
    return redirect("session", slug, pk)
