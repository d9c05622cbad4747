from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from subtitles.models import Room


def watch_url(request: HttpRequest, room: Room) -> str:
    return request.build_absolute_uri(reverse("watch", args=[room.watch_token]))


def overlay_url(request: HttpRequest, room: Room) -> str:
    return request.build_absolute_uri(reverse("overlay", args=[room.watch_token]))
