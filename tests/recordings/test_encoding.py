from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from subtitles.live import store
from subtitles.live.wire import BroadcastHello
from subtitles.models import CaptionSession, Job, Recording
from subtitles.recordings import encoding
from tests.recordings.ground import left, recording, speech, worked


@pytest.fixture
def pcm() -> bytes:
    return speech()[:300_000]


@pytest.fixture(autouse=True)
def _ground(ground: Path, transactional_db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests kill no machine: nothing needs to be on the disk."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "init_command", "PRAGMA synchronous=OFF;")
    connection.close()


def test_the_log_becomes_flac_and_is_gone(pcm: bytes) -> None:
    found = recording(pcm)
    assert worked(found).state == "done"
    found.refresh_from_db()
    assert found.encoded_at
    assert found.peaks_at
    assert (left("recordings"), left("live")) == (["audio.flac", "peaks.bin"], [])


def test_an_empty_recording_is_done_without_a_file() -> None:
    found = recording()
    assert worked(found).state == "done"
    found.refresh_from_db()
    assert found.encoded_at
    assert found.peaks_at is None
    assert left("") == []


def test_without_its_log_a_recording_fails_in_words() -> None:
    job = worked(recording(samples=16_000))
    assert (job.state, job.error_key) == ("failed", "no-audio")


def test_nothing_is_encoded_before_the_session_is_over(pcm: bytes) -> None:
    found = recording(pcm)
    Recording.objects.update(sealed_at=None)
    job = worked(found)
    assert (job.state, job.error_key) == ("failed", "not-sealed")
    assert len(left("live")) == 2


def test_a_full_disk_is_waited_for_and_the_log_stays(pcm: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    found = recording(pcm)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=0))
        job = worked(found)
    assert (job.state, job.error_kind, job.attempts) == ("queued", "storage", 1)
    assert len(left("live")) == 2
    Job.objects.update(run_at=timezone.now())
    assert worked(found).state == "done"


def test_of_a_session_deleted_meanwhile_no_file_stays(pcm: bytes) -> None:
    found = recording(pcm)
    encoding.ask(found.pk, found.session_id)
    CaptionSession.objects.all().delete()
    assert worked(found).state == "cancelled"
    assert left("live") == []


def test_an_upload_that_is_encoded_already_keeps_its_files(pcm: bytes) -> None:
    found = recording(pcm)
    assert worked(found).state == "done"
    before = Recording.objects.get().encoded_at
    assert worked(found).state == "done"
    assert Recording.objects.get().encoded_at == before
    assert left("recordings") == ["audio.flac", "peaks.bin"]


def test_the_end_of_a_session_asks_for_it_in_the_same_transaction(pcm: bytes) -> None:
    room = recording().session.room
    hello = BroadcastHello(uuid4(), take_over=False, consent=True, paced=True, captions=False)
    taken = store.begin(room.pk, hello)
    assert not Job.objects.exists()
    store.end(taken, taken.epoch, 150_000)
    store.end(taken, taken.epoch, 150_000)
    [job] = Job.objects.all()
    assert (job.kind, job.key, job.state) == ("encode", str(taken.recording_id), "queued")


def test_a_sweep_finds_what_nobody_encodes_and_leaves_a_failed_one_alone_for_a_day(pcm: bytes) -> None:
    found = recording(pcm)
    assert encoding.forgotten() == [(found.pk, found.session_id)]
    job = encoding.ask(found.pk, found.session_id).job
    assert encoding.forgotten() == []
    Job.objects.filter(pk=job.pk).update(state="failed", finished_at=timezone.now() - timedelta(hours=23))
    assert encoding.forgotten() == []
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now() - timedelta(hours=25))
    assert encoding.forgotten() == [(found.pk, found.session_id)]
    assert worked(found).state == "done"
    assert encoding.forgotten() == []
