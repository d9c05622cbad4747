"""The door through which files come in pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from subtitles.models import Job, Room, Upload
from subtitles.recordings import uploads

SIZE = 10


@pytest.fixture(autouse=True)
def _data_folder(settings: Any, tmp_path: Path) -> None:
    settings.SUBTITLES_DATA_DIR = tmp_path
    settings.SUBTITLES_MIN_FREE_BYTES = 0


@pytest.fixture
def door(room: Room) -> str:
    return reverse("upload-begin", args=[room.slug])


def begin(client: Client, door: str, **fields: object) -> Any:
    said = {"name": "talk.mp3", "size": SIZE, "language": "en", "pcm_rate": "", **fields}
    return client.post(door, said)


def patch(client: Client, address: str, at: object, body: bytes, **headers: str) -> Any:
    named = {"Upload-Offset": str(at), **headers}
    return client.patch(address, body, "application/octet-stream", headers=named)


@pytest.fixture
def address(as_alice: Client, door: str) -> str:
    return str(begin(as_alice, door)["Location"])


def test_a_file_comes_in_pieces(as_alice: Client, room: Room, door: str) -> None:
    made = begin(as_alice, door, language="zh-CN", pcm_rate="8000")
    assert (made.status_code, made["Upload-Offset"]) == (201, "0")
    address = made["Location"]
    for at, body, end in ((0, b"0123", "4"), (4, b"456789", "10")):
        answer = patch(as_alice, address, at, body)
        assert (answer.status_code, answer["Upload-Offset"]) == (204, end)
        told = as_alice.head(address)
        assert (told.status_code, told["Upload-Offset"]) == (204, end)
        assert "no-store" in told["Cache-Control"]
    upload = Upload.objects.get()
    assert (upload.room, upload.language, upload.pcm_rate, upload.file_name) == (room, "zh-CN", 8000, "talk.mp3")
    assert Job.objects.get(kind="ingest").key == str(upload.pk)


def test_a_wrong_offset_is_answered_with_the_right_one(as_alice: Client, address: str) -> None:
    patch(as_alice, address, 0, b"0123")
    answer = patch(as_alice, address, 0, b"0123")
    assert (answer.status_code, answer["Upload-Offset"]) == (409, "4")


@pytest.mark.parametrize("at", ["", "-1", "x", "1e3", "٣", "9" * 5_000])
def test_an_offset_that_is_no_number_is_not_understood(as_alice: Client, address: str, at: str) -> None:
    assert patch(as_alice, address, at.encode().decode("latin-1"), b"0").status_code == 400
    assert as_alice.head(address)["Upload-Offset"] == "0"


def test_the_length_of_a_piece_is_looked_at_before_the_piece(
    as_alice: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "CHUNK_BYTES", 4)
    assert patch(as_alice, address, 0, b"01234").status_code == 413
    assert as_alice.generic("PATCH", address, headers={"Upload-Offset": "0"}).status_code == 411
    assert as_alice.head(address)["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("size", "status", "key"), [(3 << 30, 413, "too-big"), (0, 422, "empty"), ("x", 422, "bad-request")]
)
def test_what_cannot_be_taken_is_refused_before_it_comes(
    as_alice: Client, door: str, size: object, status: int, key: str
) -> None:
    answer = begin(as_alice, door, size=size)
    assert (answer.status_code, answer.json()["key"]) == (status, key)
    assert answer.json()["message"]
    assert not Upload.objects.exists()


@pytest.mark.parametrize("fields", [{"language": "xx"}, {"pcm_rate": "1"}, {"name": ""}])
def test_what_the_page_does_not_offer_is_not_understood(as_alice: Client, door: str, fields: dict[str, object]) -> None:
    assert begin(as_alice, door, **fields).status_code == 422


def test_a_full_disk_says_so(as_alice: Client, door: str, address: str, settings: Any) -> None:
    settings.SUBTITLES_MIN_FREE_BYTES = 1 << 60
    assert begin(as_alice, door).status_code == 507
    assert patch(as_alice, address, 0, b"0").json()["key"] == "disk-full"


def test_only_whoever_began_it_goes_on_with_it(
    as_alice: Client, as_bob: Client, as_charlie: Client, address: str, door: str
) -> None:
    """Bob moderates the room and may upload there himself."""
    for other in (as_bob, as_charlie):
        assert patch(other, address, 0, b"0").status_code == 404
        assert other.head(address).status_code == 404
        assert other.delete(address).status_code == 404
    assert begin(as_bob, door).status_code == 201
    assert begin(as_charlie, door).status_code == 404


def test_who_is_signed_out_hears_that_and_is_not_sent_elsewhere(client: Client, address: str, door: str) -> None:
    assert begin(client, door).json()["key"] == "signed-out"
    assert patch(client, address, 0, b"0").status_code == 401


def test_each_way_in_asks_for_the_token(room: Room, door: str, address: str, alice: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert begin(client, door).status_code == 403
    assert patch(client, address, 0, b"0").status_code == 403
    assert client.delete(address).status_code == 403


def test_a_file_that_was_given_up_is_gone(as_alice: Client, address: str) -> None:
    upload = Upload.objects.get()
    patch(as_alice, address, 0, b"0123")
    uploads.part(upload.pk).unlink()
    assert patch(as_alice, address, 4, b"4").json()["key"] == "gone"
    assert as_alice.head(address).status_code == 410
    assert as_alice.delete(address).status_code == 204
    assert as_alice.head(address).status_code == 404
