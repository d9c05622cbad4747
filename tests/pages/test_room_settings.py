from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from subtitles.models import RetiredLink, Room
from subtitles.secrets import digest

HTMX = {"HX-Request": "true"}
PLACES = ("room-settings", "room-stream-key", "room-watch-link")


@pytest.mark.parametrize("name", PLACES)
def test_a_stranger_is_told_that_nothing_is_there(as_charlie: Client, room: Room, name: str) -> None:
    assert as_charlie.post(reverse(name, args=[room.slug]), {"sure": "on"}).status_code == 404


@pytest.mark.parametrize("name", PLACES)
def test_a_moderator_changes_nothing(as_bob: Client, room: Room, name: str) -> None:
    answer = as_bob.post(reverse(name, args=[room.slug]), {"sure": "on"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


@pytest.mark.parametrize("name", PLACES[1:])
def test_renewing_is_never_done_by_a_link(as_alice: Client, room: Room, name: str) -> None:
    assert as_alice.get(reverse(name, args=[room.slug])).status_code == 405


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_new_stream_key_is_shown_once_and_opens_the_room(
    as_alice: Client, room: Room, headers: dict[str, str]
) -> None:
    answer = as_alice.post(reverse("room-stream-key", args=[room.slug]), headers=headers)
    shown = re.search(r'id="new-key" readonly value="([^"]+)"', answer.content.decode())
    assert shown
    room.refresh_from_db()
    assert room.stream_key_hash == digest(shown[1])
    assert "no-store" in answer["Cache-Control"]
    assert ("<html" in answer.content.decode()) is not bool(headers)
    assert shown[1] not in as_alice.get(reverse("room-settings", args=[room.slug])).content.decode()


def test_renewing_the_watch_link_wants_a_tick(as_alice: Client, room: Room) -> None:
    before = room.watch_token
    page = as_alice.post(reverse("room-watch-link", args=[room.slug]), follow=True).content.decode()
    room.refresh_from_db()
    assert room.watch_token == before
    assert "Nothing was changed" in page


def test_after_renewing_the_old_link_says_that_it_was_replaced(as_alice: Client, client: Client, room: Room) -> None:
    before = room.watch_token
    as_alice.post(reverse("room-watch-link", args=[room.slug]), {"sure": "on"})
    room.refresh_from_db()
    assert RetiredLink.knows(before)
    for name in ("watch", "overlay"):
        gone = client.get(reverse(name, args=[before]))
        assert gone.status_code == 410
        assert "replaced" in gone.content.decode()
        assert client.get(reverse(name, args=[room.watch_token])).status_code == 200
