"""Changing a room, and renewing what opens it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from subtitles.access import may_edit
from subtitles.models import Room
from subtitles.pages.render import PageRequest, page
from subtitles.pages.room_form import RoomForm
from subtitles.pages.rooms import entered, remember_warnings, room_or_404


@login_required
@require_http_methods(["GET", "POST"])
def room_settings(request: PageRequest, slug: str) -> HttpResponse:
    room = own_room(request, slug)
    form = entered(request, room)
    if form.is_bound and form.is_valid():
        form.save()
        remember_warnings(request, form)
        return redirect("room-settings", room.slug)
    return page(request, "room_form", {"room": room, "form": form}, status=422 if form.is_bound else 200)


@login_required
@never_cache
@require_POST
def stream_key(request: PageRequest, slug: str) -> HttpResponse:
    """A new stream key, shown in this answer and never again."""
    room = own_room(request, slug)
    key = room.renew_stream_key()
    room.save(update_fields=["stream_key_hash"])
    return page(request, "stream_key", {"room": room, "form": RoomForm(room), "stream_key": key})


@login_required
@require_POST
def watch_link(request: PageRequest, slug: str) -> HttpResponse:
    """A new watch link; only when the box says that the old one may stop working."""
    room = own_room(request, slug)
    if "sure" in request.POST:
        room.renew_watch_link()
        messages.success(request, _("The watch link is new. Give it to your viewers, and change the source in OBS."))
    else:
        messages.error(request, _("Nothing was changed: tick first that the old link may stop working."))
    return redirect("room-settings", room.slug)


def own_room(request: PageRequest, slug: str) -> Room:
    room = room_or_404(request.user, slug)
    if not may_edit(request.user, room):
        raise PermissionDenied
    return room
