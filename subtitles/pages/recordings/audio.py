"""A recording to listen to: its sound, and addresses for it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature, SignatureExpired
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from subtitles.access import rooms_for
from subtitles.models import CaptionSession, Recording
from subtitles.pages.errors import Problem, problem_page
from subtitles.pages.recordings import keys, ranges
from subtitles.pages.recordings.panel import panel
from subtitles.pages.recordings.ranges import Version
from subtitles.pages.render import PageRequest, wants_fragment
from subtitles.pages.rooms import room_or_404
from subtitles.recordings import files, storage

KEY_EXPIRED = Problem(
    403,
    _("This address has run out"),
    _("The recording is still there. Reload the page of its session to listen to it."),
)
KEY_FOREIGN = Problem(
    403,
    _("This address is not yours"),
    _("It was made for somebody else, or was changed. Open the recording from the list of sessions."),
)


@require_safe
def audio(request: HttpRequest, key: str) -> HttpResponseBase:
    """By a key, and only for whom it was made: a copied address is worth nothing to others."""
    try:
        user_id, recording_id = keys.opened(key)
    except SignatureExpired:
        return problem_page(request, KEY_EXPIRED)
    except BadSignature:
        return problem_page(request, KEY_FOREIGN)
    if request.user.pk != user_id:
        return problem_page(request, KEY_FOREIGN)
    recording = _heard_by(request, recording_id)
    stored = storage.find(recording.session_id, files.AUDIO)
    if stored is None or recording.encoded_at is None:
        raise Http404
    version = Version(f'"{recording.pk}-{recording.encoded_at.timestamp():.0f}-{stored.size}"', recording.encoded_at)
    response = ranges.answer(request, stored, version, "audio/flac")
    response.headers["Cache-Control"] = f"private, max-age={keys.VALID_S}"
    return response


def _heard_by(request: HttpRequest, recording_id: int) -> Recording:
    """Whoever lost the room since then hears nothing more."""
    rooms = rooms_for(request.user).values("pk")
    return get_object_or_404(Recording, pk=recording_id, session__room__in=rooms)


@login_required
@require_safe
@never_cache
def audio_address(request: PageRequest, slug: str, pk: int) -> HttpResponseBase:
    """A fresh one, for a page whose address has run out."""
    session = _session(request, slug, pk)
    recording = get_object_or_404(Recording, session=session, encoded_at__isnull=False)
    return JsonResponse({"address": keys.address(request.user, recording)})


@login_required
@require_safe
def player(request: PageRequest, slug: str, pk: int) -> HttpResponseBase:
    """The part of the session's page with its recording; it asks for itself until there is no news to come."""
    session = _session(request, slug, pk)
    if not wants_fragment(request):
        return redirect(reverse("session", args=[slug, pk]))
    return render(request, "session/_player.html", {"session": session, **panel(request, session)})


def _session(request: PageRequest, slug: str, pk: int) -> CaptionSession:
    return get_object_or_404(room_or_404(request.user, slug).sessions, pk=pk)
