"""The page for uploading, and its list."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from subtitles.models import CaptionSession, Job, Room, Upload, User
from subtitles.pages.recordings.upload_words import PROBLEMS, SCRIPT
from subtitles.recordings import decoding, uploads
from tests.pages.test_texts import modules, source

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _data_folder(settings: Any, tmp_path: Path) -> None:
    settings.SUBTITLES_DATA_DIR = tmp_path
    settings.SUBTITLES_MIN_FREE_BYTES = 0


@pytest.fixture
def address(room: Room) -> str:
    return reverse("uploads", args=[room.slug])


def begun(room: Room, user: User, content: bytes = b"", **fields: Any) -> Upload:
    upload = uploads.begin(user, room, "talk & <b>.mp3", 1_000, "en")
    uploads.part(upload.pk).write_bytes(content)
    if fields:
        Job.objects.create(kind="ingest", key=str(upload.pk), **fields)
    return upload


def test_the_sessions_page_leads_there_and_the_limits_are_said(as_bob: Client, room: Room, address: str) -> None:
    assert address in as_bob.get(reverse("sessions", args=[room.slug])).content.decode()
    page = as_bob.get(address).content.decode()
    for words in ("2 GB", "12 hours", "amr", "wmv", "15"):
        assert words in page
    assert as_bob.get(address, headers=HTMX).content.decode().count("<html") == 0


def test_a_stranger_is_told_that_nothing_is_there(as_charlie: Client, room: Room, address: str) -> None:
    assert as_charlie.get(address).status_code == 404
    assert as_charlie.post(reverse("upload-plainly", args=[room.slug])).status_code == 404


def test_the_list_says_what_became_of_each_and_asks_again_while_something_moves(
    as_alice: Client, room: Room, alice: User, address: str
) -> None:
    upload = begun(room, alice, bytes(250))
    page = as_alice.get(address).content.decode()
    assert "talk &amp; &lt;b&gt;.mp3" in page
    assert "250\xa0bytes of 1000\xa0bytes are here" in page
    job = Job.objects.create(kind="ingest", key=str(upload.pk))
    for state, percent, words in (
        ("queued", None, "Waits to be decoded"),
        ("queued", 40, 'value="40"'),
        ("prepared", 99, 'value="99"'),
    ):
        Job.objects.filter(pk=job.pk).update(state=state, percent=percent)
        fragment = as_alice.get(address, headers=HTMX).content.decode()
        assert words in fragment
        assert "every 2s" in fragment
    session = CaptionSession.objects.create(room=room, title="talk", language="en", state="ended")
    Upload.objects.update(session=session)
    Job.objects.filter(pk=job.pk).update(state="done", error_key="damaged", percent=None)
    fragment = as_alice.get(address, headers=HTMX).content.decode()
    assert reverse("session", args=[room.slug, session.pk]) in fragment
    assert "What could be decoded is kept" in fragment
    assert "every 2s" not in fragment


def test_a_half_file_that_nobody_sends_is_not_waited_for(
    as_alice: Client, room: Room, alice: User, address: str
) -> None:
    begun(room, alice, bytes(250))
    assert "every 2s" in as_alice.get(address).content.decode()
    Upload.objects.update(touched_at=timezone.now() - timedelta(minutes=2))
    page = as_alice.get(address).content.decode()
    assert "every 2s" not in page
    assert "Choose the same file again" in page


@pytest.mark.parametrize("key", sorted({*decoding.REFUSALS, "gone", "deleted"}))
def test_every_reason_for_refusing_a_file_has_words(
    as_alice: Client, room: Room, alice: User, address: str, key: str
) -> None:
    begun(room, alice, state="failed", error_key=key)
    assert str(PROBLEMS[key]) in as_alice.get(address).content.decode().replace("&#x27;", "'")


def test_one_that_failed_on_the_server_is_kept_and_can_be_tried_again(
    as_alice: Client, as_bob: Client, room: Room, alice: User, address: str
) -> None:
    upload = begun(room, alice, bytes(1_000), state="failed", error_kind="internal", error_key="internal")
    again = reverse("upload-again", args=[room.slug, upload.pk])
    page = as_alice.get(address).content.decode()
    assert str(PROBLEMS["kept"]) in page
    assert again in page
    assert "Not taken" not in page
    assert as_bob.post(again).status_code == 404
    assert as_alice.post(again).status_code == 302
    assert Job.objects.filter(kind="ingest", state="queued", key=str(upload.pk)).count() == 1
    page = as_alice.get(address).content.decode()
    assert "Waits to be decoded" in page
    assert again not in page


def test_one_that_has_its_session_but_not_its_sound_stays_until_it_has(
    as_alice: Client, room: Room, alice: User, address: str
) -> None:
    upload = begun(room, alice, state="failed", error_kind="internal", error_key="internal")
    session = CaptionSession.objects.create(room=room, title="talk", language="en", state="ended")
    discard = reverse("upload-discard", args=[room.slug, upload.pk])
    assert discard in as_alice.get(address).content.decode()
    Upload.objects.update(session=session)
    assert discard not in as_alice.get(address).content.decode()
    as_alice.delete(reverse("upload", args=[room.slug, upload.pk]))
    assert Upload.objects.exists()
    session.delete()
    as_alice.delete(reverse("upload", args=[room.slug, upload.pk]))
    assert not Upload.objects.exists()


def test_the_list_costs_the_same_for_one_and_for_a_dozen(
    as_alice: Client, room: Room, alice: User, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for more in (1, 12):
        for _ in range(more):
            begun(room, alice, state="failed", error_key="empty")
        with django_assert_num_queries(5):  # login session, user, room, uploads, jobs
            as_alice.get(address)


def test_nobody_sees_what_others_upload(as_bob: Client, room: Room, alice: User, address: str) -> None:
    upload = begun(room, alice, bytes(10))
    assert "talk &amp;" not in as_bob.get(address).content.decode()
    assert as_bob.post(reverse("upload-discard", args=[room.slug, upload.pk])).status_code == 404


def test_a_row_is_taken_off_the_list_and_its_session_stays(as_alice: Client, room: Room, alice: User) -> None:
    upload = begun(room, alice, state="done")
    session = CaptionSession.objects.create(room=room, title="talk", language="en", state="ended")
    Upload.objects.update(session=session)
    assert as_alice.post(reverse("upload-discard", args=[room.slug, upload.pk])).status_code == 302
    assert not Upload.objects.exists()
    assert not uploads.part(upload.pk).exists()
    assert CaptionSession.objects.exists()


def test_without_scripts_a_file_comes_in_one_request(as_alice: Client, room: Room, address: str) -> None:
    whole = reverse("upload-plainly", args=[room.slug])
    content = bytes(range(256)) * 20_000  # more than Django keeps in memory
    file = SimpleUploadedFile("talk.wav", content)
    assert as_alice.post(whole, {"language": "en", "pcm_rate": "", "file": file}).status_code == 302
    upload = Upload.objects.get()
    assert uploads.part(upload.pk).read_bytes() == content
    assert Job.objects.get(kind="ingest").key == str(upload.pk)
    empty = SimpleUploadedFile("empty.wav", b"")
    answer = as_alice.post(whole, {"language": "en", "file": empty}, follow=True)
    assert str(PROBLEMS["empty"]) in answer.content.decode()
    assert as_alice.post(whole, {"language": "en"}).status_code == 422


def test_the_script_asks_for_no_words_that_are_missing() -> None:
    names = modules("upload.js") - {"page.js"}
    asked = {key for name in names for key in re.findall(r'\bwords\(\s*"([^"]+)"', source(name))}
    states = set(re.findall(r'#tell\("(\w+)"', source("upload-sender.js"))) | {"queued"}
    assert asked
    assert sorted((asked | states - {"refused"}) - set(SCRIPT)) == []
    assert {f"say.{state}" for state in states - {"queued", "asking"}} <= set(SCRIPT)
