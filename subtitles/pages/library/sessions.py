"""The library: every session of the rooms that one may open, and what can be done to many at once."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from subtitles.library import ending, erasing
from subtitles.live.runtime import announce
from subtitles.models import CaptionSession, User
from subtitles.pages.library.chosen import MOST, address, changeable, chosen
from subtitles.pages.library.filters import Filters
from subtitles.pages.library.shown import sentence_counts
from subtitles.pages.render import PageRequest, page
from subtitles.pages.rooms import room_or_404

logger = logging.getLogger(__name__)

SESSIONS_ON_A_PAGE = 50
ELSEWHERE = {"transcribe": "transcribe-many", "export": "library-export", "delete": "library-delete"}
"""Actions that ask something on a page of their own."""
CHANGING = ("transcribe", "delete")
"""Those that are for people who may change a room."""


@login_required
@require_safe
def library(request: PageRequest) -> HttpResponse:
    filters = Filters(request.user, request.GET)
    shown = Paginator(filters.sessions(), SESSIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"filters": filters, "sessions": shown, "query": _without_page(request), "most": MOST}
    return page(request, "library", {**context, "counts": sentence_counts(shown)})


def _without_page(request: PageRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


@login_required
@require_POST
def act(request: PageRequest) -> HttpResponse:
    """What the buttons below the list do, to the sessions that are ticked."""
    action, sessions = request.POST.get("action", ""), list(chosen(request))
    if not sessions:
        messages.warning(request, _("Tick the sessions first."))
        return _on_to(request, _back(request))
    if action in CHANGING and not changeable(request.user, chosen(request)).exists():
        messages.warning(request, _not_yours())
        return _on_to(request, _back(request))
    if action in ELSEWHERE:
        return _on_to(request, address(ELSEWHERE[action], sessions))
    if action == "end":
        end_all(request, request.user, sessions)
        return _on_to(request, _back(request))
    return HttpResponseBadRequest()


@login_required
@require_POST
def end(request: PageRequest, slug: str, pk: int) -> HttpResponse:
    """One that nobody stands at any more, from its own page or from the studio."""
    room = room_or_404(request.user, slug)
    end_all(request, request.user, [get_object_or_404(room.sessions, pk=pk)])
    return redirect("session", slug, pk)


def end_all(request: HttpRequest, user: User, sessions: Iterable[CaptionSession]) -> None:
    """Those that are live; says how many."""
    ended = [
        session for session in sessions if session.state == CaptionSession.State.LIVE and ending.end(session, user)
    ]
    for session in ended:
        announce(session.room_id)
    if ended:
        words = ngettext(
            "%(number)s session is ending: its last words are being written.",
            "%(number)s sessions are ending: their last words are being written.",
            len(ended),
        )
        messages.success(request, words % {"number": len(ended)})
    else:
        messages.info(request, _("None of these is live."))


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: PageRequest) -> HttpResponse:
    """Says first what goes; asked again, it goes."""
    named = chosen(request)
    found = list(changeable(request.user, named))
    if not found:
        messages.warning(request, _not_yours())
        return redirect("library")
    open_ = [session for session in found if session.state in CaptionSession.OPEN]
    over = [session for session in found if session not in open_]
    if request.method == "POST" and over:
        _erase(request, over)
        return redirect("library")
    context = {"sessions": over, "open": open_, "counts": sentence_counts(over)}
    return page(request, "bulk/delete", {**context, "left_out": named.count() - len(found)})


def _not_yours() -> str:
    return _("Only the owner of a room, or an admin, can do this with its sessions.")


def _erase(request: PageRequest, sessions: list[CaptionSession]) -> None:
    count = 0
    try:
        for session in sessions:
            erasing.erase(session, request.user)
            count += 1
    except OSError as error:
        logger.warning("session %s: not erased: %s", session.pk, error)
        messages.error(request, _("The storage of recordings does not answer. What is left is whole; try again."))
    if count:
        words = ngettext("%(number)s session was deleted.", "%(number)s sessions were deleted.", count)
        messages.success(request, words % {"number": count})


def _back(request: PageRequest) -> str:
    filters = request.POST.get("filters", "")
    return f"{redirect('library').url}{'?' if filters else ''}{filters}"


def _on_to(request: PageRequest, where: str) -> HttpResponse:
    return HttpResponseClientRedirect(where) if request.htmx else redirect(where)
