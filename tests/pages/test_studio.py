from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from subtitles.models import Room
from tests.pages.library.stock import kept


@pytest.fixture
def address(room: Room) -> str:
    return reverse("studio", args=[room.slug])


@pytest.mark.parametrize(("who", "status"), [("as_alice", 200), ("as_bob", 200), ("as_ada", 200), ("as_charlie", 404)])
def test_it_opens_to_those_who_may_broadcast(
    request: pytest.FixtureRequest, address: str, who: str, status: int
) -> None:
    assert request.getfixturevalue(who).get(address).status_code == status


def test_a_visitor_signs_in_first_and_comes_back(client: Client, address: str) -> None:
    assert client.get(address)["Location"] == f"{reverse('login')}?next={address}"


def test_it_shows_both_links(as_alice: Client, address: str, room: Room) -> None:
    page = as_alice.get(address).content.decode()
    for name in ("watch", "overlay"):
        assert f'value="http://testserver{reverse(name, args=[room.watch_token])}"' in page


def test_it_has_what_the_scripts_look_for(as_alice: Client, address: str) -> None:
    page = as_alice.get(address).content.decode()
    marks = "studio insecure console notice alarm consent device noisy track level transcript interim take-over"
    for mark in marks.split():
        assert re.search(rf"\bdata-{mark}\b", page), mark
    for action in ["microphone", "live", "pause", "resume", "mute", "stop", "retry"]:
        assert f'data-action="{action}"' in page
    for number in ["elapsed", "lag", "behind", "viewers", "first-delay", "last-delay", "unsent", "lost"]:
        assert f'data-number="{number}"' in page
    assert 'data-socket="/ws/broadcast/evening-show/"' in page


def test_the_address_of_the_socket_is_fit_for_any_script(as_alice: Client, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(slug="读书会")
    page = as_alice.get(reverse("studio", args=["读书会"])).content.decode()
    assert 'data-socket="/ws/broadcast/%E8%AF%BB%E4%B9%A6%E4%BC%9A/"' in page


def test_its_texts_are_in_the_readers_language(as_alice: Client, address: str) -> None:
    page = as_alice.get(address, headers={"Accept-Language": "zh-CN"}).content.decode()
    found = re.search(r'<script id="texts" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    assert json.loads(found[1])["state.live"] == "正在直播。"


def test_an_engine_that_cannot_work_is_named_before_anybody_speaks(as_alice: Client, room: Room, address: str) -> None:
    Room.objects.filter(pk=room.pk).update(engine="dashscope")
    assert "no key" in as_alice.get(address).content.decode()


def test_a_language_that_the_model_does_not_know_is_said_before_anybody_speaks(
    as_alice: Client, room: Room, address: str
) -> None:
    assert "not documented" not in as_alice.get(address).content.decode()
    Room.objects.filter(pk=room.pk).update(language="zh-CN")
    assert "not documented to understand Chinese" in as_alice.get(address).content.decode()


def test_a_title_is_never_markup(as_alice: Client, room: Room, address: str) -> None:
    Room.objects.filter(pk=room.pk).update(title="<img src=x onerror=alert(1)>")
    assert "<img" not in as_alice.get(address).content.decode()


def test_a_broadcast_that_was_left_open_is_named_and_can_be_ended(as_alice: Client, address: str, room: Room) -> None:
    assert "has not ended" not in as_alice.get(address).content.decode()
    session = kept(room, "Friday <night>", ["a word"], state="live")
    page = as_alice.get(address).content.decode()
    assert "“Friday &lt;night&gt;” has not ended" in page
    end = reverse("session-end", args=[room.slug, session.pk])
    assert f'action="{end}"' in page
    answer = as_alice.post(end, follow=True)
    assert "is ending" in answer.content.decode()
    session.refresh_from_db()
    assert session.state == "ending"
    assert "has not ended" not in as_alice.get(address).content.decode()


def test_nobody_ends_what_is_not_theirs_or_is_over(as_alice: Client, as_charlie: Client, room: Room) -> None:
    session = kept(room)
    end = reverse("session-end", args=[room.slug, session.pk])
    assert as_charlie.post(end).status_code == 404
    assert as_alice.get(end).status_code == 405
    assert "None of these is live" in as_alice.post(end, follow=True).content.decode()
    session.refresh_from_db()
    assert session.state == "ended"
