from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from subtitles.models import CaptionSession, Recording, RecordingGap, Room, Sentence, Transcript
from tests.pages.library.stock import transcript

HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(room: Room) -> str:
    return reverse("sessions", args=[room.slug])


def past(room: Room, title: str = "Past") -> CaptionSession:
    """A session of an hour and a half."""
    end = timezone.now()
    session = CaptionSession.objects.create(room=room, title=title, language="en", state="ended", ended_at=end)
    CaptionSession.objects.filter(pk=session.pk).update(started_at=end - timedelta(hours=1, minutes=30))
    return session


def test_it_lists_state_start_duration_and_sentences(as_alice: Client, room: Room, address: str) -> None:
    session = past(room)
    transcript(session, [f"sentence {number}" for number in range(42)])
    page = as_alice.get(address).content.decode()
    for words in ("ended", "1:30:00", ">42<", "UTC"):
        assert words in page


def test_it_asks_again_only_while_something_is_live(as_alice: Client, room: Room, address: str) -> None:
    past(room)
    assert "every 5s" not in as_alice.get(address).content.decode()
    assert as_alice.get(address, headers=HTMX).status_code == 286
    live = CaptionSession.objects.create(room=room, title="Now", language="en")
    assert "every 5s" in as_alice.get(address).content.decode()
    assert as_alice.get(address, headers=HTMX).status_code == 200
    live.state = "ended"
    live.save()
    last = as_alice.get(address, headers=HTMX)
    assert last.status_code == 286
    assert "<html" not in last.content.decode()
    assert "Now" in last.content.decode()


def test_a_sessions_own_page_asks_again_until_it_is_over(as_alice: Client, room: Room) -> None:
    live = CaptionSession.objects.create(room=room, title="Now", language="en")
    address = reverse("session", args=[room.slug, live.pk])
    assert "every 5s" in as_alice.get(address).content.decode()
    assert as_alice.get(address, headers=HTMX).status_code == 200
    live.state = "ended"
    live.save()
    assert as_alice.get(address, headers=HTMX).status_code == 286
    assert "every 5s" not in as_alice.get(address).content.decode()


def test_a_job_that_ends_leaves_the_reader_on_the_same_page(as_alice: Client, room: Room) -> None:
    session = past(room)
    transcript(session, [f"sentence {number}" for number in range(1, 311)])
    read = as_alice.get(reverse("session", args=[room.slug, session.pk]), {"page": "2", "t": "2000"}).content.decode()
    asked = re.search(r'<div id="transcripts" hx-get="([^"]+)" hx-trigger="jobs-over', read)
    assert asked
    again = as_alice.get(unescape(asked[1]), headers=HTMX).content.decode()
    assert "sentence 310" in again
    assert "sentence 300<" not in again


def test_a_stranger_is_told_that_nothing_is_there(as_charlie: Client, room: Room, address: str) -> None:
    session = past(room)
    assert as_charlie.get(address).status_code == 404
    assert as_charlie.get(reverse("session", args=[room.slug, session.pk])).status_code == 404


def test_another_rooms_session_is_not_reached_through_ones_own(as_charlie: Client, room: Room) -> None:
    own = Room.objects.create(title="Mine", slug="mine", owner_id=as_charlie.session["_auth_user_id"])
    assert as_charlie.get(reverse("session", args=[own.slug, past(room).pk])).status_code == 404


def test_a_session_is_read_in_order_without_what_is_hidden(as_bob: Client, room: Room) -> None:
    session = past(room)
    live = Transcript.objects.create(session=session, engine="preview")
    for number, begin, text, hidden in (
        (1, 5000, "second", False),
        (2, 1000, "first & <b>", False),
        (3, 9000, "no", True),
    ):
        Sentence.objects.create(
            transcript=live,
            number=number,
            begin_ms=begin,
            end_ms=begin + 100,
            text=text,
            hidden=hidden,
            language="en",
        )
    recording = Recording.objects.create(session=session)
    RecordingGap.objects.create(recording=recording, at_samples=16_000, reason="pause", ms=42_000)
    page = as_bob.get(reverse("session", args=[room.slug, session.pk])).content.decode()
    assert page.index("first &amp; &lt;b&gt;") < page.index("second")
    assert ">no<" not in page
    assert "0:00:42" in page


def test_the_list_costs_the_same_for_three_sessions_and_thirty(
    as_alice: Client, room: Room, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (3, 30):
        for _ in range(room.sessions.count(), count):
            past(room)
        with django_assert_num_queries(6):  # login session, user, room, how many, the page, its sentences
            as_alice.get(address)
