"""The audience's page and the overlay. Whoever holds the link may look; nobody signs in."""

from __future__ import annotations

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from subtitles.models import RetiredLink, Room
from subtitles.pages import texts
from subtitles.pages.errors import LINK_REPLACED, LINK_UNKNOWN, Problem
from subtitles.pages.reading import chosen, remember

CLEAR_OVERLAY_MS = 8000


@require_safe
def watch(request: HttpRequest, token: str) -> HttpResponse:
    room = Room.objects.filter(watch_token=token).first()
    if room is None:
        return _closed(request, token, "watch")
    if "size" in request.GET or "theme" in request.GET:
        return remember(request, redirect("watch", token))
    context = {"room": room, "texts": texts.VIEWER, "reading": chosen(request.COOKIES)}
    return render(request, "watch/index.html", context)


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # typed for views without arguments
@require_safe
def overlay(request: HttpRequest, token: str) -> HttpResponse:
    room = Room.objects.filter(watch_token=token).first()
    if room is None:
        return _closed(request, token, "overlay")
    context = {"room": room, "texts": texts.OVERLAY, "clear_ms": CLEAR_OVERLAY_MS}
    return render(request, "overlay/index.html", context)


def _closed(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """In words, in the overlay too: an empty source in OBS would only look as if nobody spoke."""
    problem: Problem = LINK_REPLACED if RetiredLink.knows(token) else LINK_UNKNOWN
    return render(request, f"{name}/closed.html", {"problem": problem}, status=problem.status)
