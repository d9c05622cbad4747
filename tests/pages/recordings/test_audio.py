from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from subtitles.models import CaptionSession, Job, Recording, RecordingGap, Room, Upload, User
from subtitles.pages.recordings import keys
from subtitles.recordings import encoding, files
from subtitles.recordings.archive import Progress, archive
from subtitles.recordings.peaks import HEADER
from tests.recordings.ground import recording, speech

STOP_POLLING = "every 1s"


@pytest.fixture(autouse=True)
def _ground(settings: Any, tmp_path: Path) -> None:
    settings.SUBTITLES_DATA_DIR = tmp_path


@pytest.fixture
def waiting(room: Room) -> Recording:
    """Its session is over; nobody has encoded it."""
    return recording(speech()[:160_000], room=room)


@pytest.fixture
def ready(waiting: Recording) -> Recording:
    archive(waiting.session_id, waiting.samples, Progress())
    waiting.encoded_at = waiting.peaks_at = timezone.now()
    waiting.save()
    return waiting


def place(name: str, found: Recording, *more: object) -> str:
    return reverse(name, args=[found.session.room.slug, found.session_id, *more])


def shown(client: Client, found: Recording) -> str:
    """What htmx gets for the player."""
    return client.get(place("session-player", found), headers={"HX-Request": "true"}).content.decode()


def body(answer: Any) -> bytes:
    async def read() -> bytes:
        return b"".join([bytes(block) async for block in answer])

    return asyncio.run(read())


def test_the_page_has_an_address_that_plays(as_alice: Client, ready: Recording) -> None:
    page = as_alice.get(place("session", ready)).content.decode()
    [address] = re.findall(r'<audio[^>]* src="([^"]+)"', page)
    answer = as_alice.get(address)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("audio/flac", f"private, max-age={keys.VALID_S}")
    whole = files.audio(ready.session_id).read_bytes()
    assert body(answer) == whole
    answer = as_alice.get(address, headers={"Range": "bytes=10-19", "If-Range": answer["ETag"]})
    assert (answer.status_code, body(answer)) == (206, whole[10:20])


def test_an_address_is_for_one_person_and_not_to_be_changed(
    as_bob: Client, as_alice: Client, alice: User, ready: Recording
) -> None:
    address = keys.address(alice, ready)
    changed = address.replace(f"{alice.pk}-{ready.pk}", f"{alice.pk}-{ready.pk + 1}")
    for client, given in [(as_bob, address), (Client(), address), (as_alice, changed)]:
        answer = client.get(given)
        assert answer.status_code == 403
        assert "This address is not yours" in answer.content.decode()


def test_an_old_address_says_so_and_the_page_gets_a_new_one(
    as_alice: Client, alice: User, ready: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = keys.address(alice, ready)
    with monkeypatch.context() as later:
        later.setattr(keys, "VALID_S", -1)
        answer = as_alice.get(address)
    assert answer.status_code == 403
    assert "This address has run out" in answer.content.decode()
    fresh = as_alice.get(place("session-audio-address", ready))
    assert as_alice.head(fresh.json()["address"]).status_code == 200
    assert "no-store" in fresh["Cache-Control"]


def test_who_has_lost_the_room_hears_nothing_more(as_bob: Client, bob: User, room: Room, ready: Recording) -> None:
    address = keys.address(bob, ready)
    assert as_bob.head(address).status_code == 200
    room.moderators.clear()
    assert as_bob.head(address).status_code == 404


def test_a_stranger_finds_nothing(as_charlie: Client, ready: Recording) -> None:
    for name, more in [("session-player", []), ("session-audio-address", []), ("session-peaks", [1])]:
        assert as_charlie.get(place(name, ready, *more)).status_code == 404


def test_peaks_come_once_and_for_ever(as_alice: Client, ready: Recording) -> None:
    assert ready.peaks_at
    version = int(ready.peaks_at.timestamp())
    answer = as_alice.get(place("session-peaks", ready, version))
    assert len(body(answer)) == HEADER.size + 2 * 250
    assert "immutable" in answer["Cache-Control"]
    assert as_alice.get(place("session-peaks", ready, version + 1)).status_code == 404


def test_while_it_is_being_prepared_the_page_asks_again_and_then_stops(as_alice: Client, waiting: Recording) -> None:
    job = encoding.ask(waiting.pk, waiting.session_id).job
    Job.objects.filter(pk=job.pk).update(percent=40)
    page = shown(as_alice, waiting)
    assert "is being prepared" in page
    assert 'value="40"' in page
    assert STOP_POLLING in page
    Recording.objects.update(encoded_at=timezone.now())
    page = shown(as_alice, waiting)
    assert "<audio" in page
    assert STOP_POLLING not in page


@pytest.mark.parametrize(
    ("fields", "words", "polls"),
    [
        ({"state": "failed", "error_key": "no-audio"}, "no sound of this session any more", False),
        ({"state": "failed", "error_key": "internal"}, "kept as it was recorded", False),
        ({"state": "cancelled"}, "kept as it was recorded", False),
        ({"error_kind": "storage", "attempts": 3}, "disk takes nothing", True),
    ],
)
def test_what_went_wrong_is_said(
    as_alice: Client, waiting: Recording, fields: dict[str, Any], words: str, polls: bool
) -> None:
    job = encoding.ask(waiting.pk, waiting.session_id).job
    Job.objects.filter(pk=job.pk).update(**fields)
    page = shown(as_alice, waiting)
    assert words in page
    assert (STOP_POLLING in page) is polls


def test_the_files_of_an_upload_are_waited_for(as_alice: Client, waiting: Recording) -> None:
    Recording.objects.update(sealed_at=None)
    assert "no sound of this session any more" in shown(as_alice, waiting)
    Recording.objects.update(container="mp3")
    assert "no sound of this session any more" in shown(as_alice, waiting)
    upload = Upload.objects.create(room=waiting.session.room, session=waiting.session, file_name="a.mp3", size=1)
    Job.objects.create(kind="ingest", key=str(upload.pk))
    for state, kind, words in (
        ("prepared", "", "is being prepared"),
        ("failed", "internal", "will be tried again"),
        ("failed", "audio", "no sound of this session any more"),
    ):
        Job.objects.update(state=state, error_kind=kind)
        page = shown(as_alice, waiting)
        assert words in page
        assert (STOP_POLLING in page) is (state == "prepared")


def test_before_the_end_and_without_sound_there_are_words(as_alice: Client, room: Room) -> None:
    empty = recording(room=room)
    Recording.objects.update(encoded_at=timezone.now())
    assert "No sound was recorded" in shown(as_alice, empty)
    CaptionSession.objects.update(state="live")
    page = shown(as_alice, empty)
    assert "when the session is over" in page
    assert STOP_POLLING in page


def test_gaps_are_handed_to_the_waveform(as_alice: Client, ready: Recording) -> None:
    RecordingGap.objects.create(recording=ready, at_samples=32_000, reason="lost", ms=2_500)
    assert '[{"at_ms": 2000, "ms": 2500, "reason": "lost"}]' in shown(as_alice, ready)


def test_without_htmx_the_player_is_its_session(as_alice: Client, ready: Recording) -> None:
    assert as_alice.get(place("session-player", ready))["Location"] == place("session", ready)
