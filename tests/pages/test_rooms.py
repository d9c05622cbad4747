from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from subtitles.models import CaptionSession, Room, User

HTMX = {"HX-Request": "true"}


def test_a_visitor_is_sent_to_sign_in(client: Client, room: Room) -> None:
    for name in ("rooms", "room-new"):
        assert client.get(reverse(name))["Location"].startswith(reverse("login"))


@pytest.mark.parametrize(
    ("who", "seen"), [("as_alice", True), ("as_bob", True), ("as_charlie", False), ("as_ada", True)]
)
def test_each_sees_their_rooms(request: pytest.FixtureRequest, room: Room, who: str, seen: bool) -> None:
    page = request.getfixturevalue(who).get(reverse("rooms")).content.decode()
    assert ("Evening show" in page) is seen


def test_searching_works_as_a_page_and_as_a_fragment(as_alice: Client, alice: User, room: Room) -> None:
    Room.objects.create(title="周末读书会", slug="周末读书会", owner=alice)
    page = as_alice.get(reverse("rooms"), {"q": "读书"}).content.decode()
    fragment = as_alice.get(reverse("rooms"), {"q": "读书"}, headers=HTMX)
    for text in (page, fragment.content.decode()):
        assert "周末读书会" in text
        assert "Evening show" not in text
    assert "<html" in page
    assert "<html" not in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]


def test_a_page_that_fell_out_of_the_history_comes_back_whole(as_alice: Client, room: Room) -> None:
    headers = {**HTMX, "HX-History-Restore-Request": "true"}
    assert "<html" in as_alice.get(reverse("rooms"), headers=headers).content.decode()


def test_a_room_that_is_live_says_so(as_alice: Client, room: Room) -> None:
    CaptionSession.objects.create(room=room, title="now", language="en")
    assert '<span class="badge live">' in as_alice.get(reverse("rooms")).content.decode()


def test_the_list_costs_the_same_for_three_rooms_and_thirty(
    as_alice: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (3, 30):
        for number in range(Room.objects.count(), count):
            room = Room.objects.create(title=f"Room {number}", slug=f"room-{number}", owner=alice)
            CaptionSession.objects.create(room=room, title="past", language="en", state="ended")
        with django_assert_num_queries(3):  # the login session, the user, the rooms
            as_alice.get(reverse("rooms"))


NEW = {
    "title": "周末读书会",
    "language": "zh-CN",
    "engine": "dashscope",
    "model": "paraformer-realtime-v2",
    "drawn": "dashscope/paraformer-realtime-v2",
    "option_punctuation": "on",
    "option_itn": "on",
    "option_heartbeat": "on",
}


def test_making_a_room_leads_to_its_studio(as_alice: Client, alice: User) -> None:
    answer = as_alice.post(reverse("room-new"), NEW)
    room = Room.objects.get()
    assert answer["Location"] == reverse("studio", args=["周末读书会"])
    assert (room.owner, room.model, room.options) == (alice, "paraformer-realtime-v2", {})
    assert as_alice.get(answer["Location"]).status_code == 200


def test_two_rooms_of_one_title_have_two_addresses(as_alice: Client, alice: User) -> None:
    as_alice.post(reverse("room-new"), NEW)
    as_alice.post(reverse("room-new"), NEW)
    assert len(set(Room.objects.values_list("slug", flat=True))) == 2


@pytest.mark.parametrize("title", ["new", "NEW!"])
def test_no_room_takes_the_address_of_a_page(as_alice: Client, title: str) -> None:
    as_alice.post(reverse("room-new"), {**NEW, "title": title})
    assert as_alice.get(reverse("studio", args=[Room.objects.get().slug])).context["room"].title == title


def test_a_title_of_nothing_visible_is_refused(as_alice: Client) -> None:
    answer = as_alice.post(reverse("room-new"), {**NEW, "title": "\u202e\u2066"})
    assert answer.status_code == 422
    assert not Room.objects.exists()
