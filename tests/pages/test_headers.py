from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from subtitles.models import CaptionSession, Room


def addresses(room: Room) -> list[str]:
    session = CaptionSession.objects.create(room=room, title="Now", language="en")
    return [
        reverse("login"),
        reverse("rooms"),
        reverse("room-new"),
        *(reverse(name, args=[room.slug]) for name in ("studio", "room-settings", "sessions", "uploads")),
        reverse("session", args=[room.slug, session.pk]),
        *(reverse(name, args=[room.watch_token]) for name in ("watch", "overlay")),
        "/nothing",
    ]


def test_no_page_needs_a_hole_in_the_policy(as_alice: Client, room: Room) -> None:
    """No inline script, style or handler: the policy would block it, and the page would be broken."""
    for address in addresses(room):
        page = as_alice.get(address).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|hx-on|javascript:", page), address
        assert not re.search(r"<script(?![^>]*(?:\ssrc=|application/json))", page), address


def test_pages_may_use_the_microphone_and_nothing_else(client: Client, db: None) -> None:
    policy = client.get(reverse("login"))["Permissions-Policy"]
    assert "microphone=(self)" in policy
    assert "camera=()" in policy


@pytest.mark.parametrize("name", ["rooms", "room-new"])
def test_htmx_is_told_to_stay_within_the_policy(as_alice: Client, name: str) -> None:
    page = as_alice.get(reverse(name)).content.decode()
    assert '"includeIndicatorStyles": false' in page
    assert '"allowEval": false' in page
    assert re.search(r"hx-headers='\{\"x-csrftoken\": \"\w+\"\}'", page)
