from __future__ import annotations

import asyncio
import errno
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from subtitles.jobs import leases, queue
from subtitles.jobs.database import Database
from subtitles.jobs.kinds import Kind
from subtitles.jobs.leases import Opening
from subtitles.jobs.outcome import step
from subtitles.jobs.work import Work
from subtitles.models import CaptionSession, Job, Recording, RecordingGap, Room, Upload, User
from subtitles.recordings import decoding, files, ingest, ingest_rows, storage, uploads
from subtitles.recordings.ingest import Ingest
from subtitles.recordings.upload_sweep import UploadSweep
from tests.recordings import formats


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return formats.encoded("wav", tmp_path_factory.mktemp("formats"), "-ar", "8000", "-ac", "2").read_bytes()


class Stage:
    """One upload, and a worker that takes its job a step at a time."""

    def __init__(self) -> None:
        self.kind: Kind = Ingest()
        self.percents: list[int | None] = []
        self._database = Database()
        owner = User.objects.create(username="alice")
        self.room = Room.objects.create(title="Talk", slug="talk", owner=owner, language="zh-CN")

    def upload(self, content: bytes, name: str = "My_talk.final.WAV", language: str = "en") -> Upload:
        owner = self.room.owner
        upload = uploads.begin(owner, self.room, name, len(content), language)
        uploads.append(upload, 0, len(content), io.BytesIO(content).read)
        return upload

    def step(self, name: str = "ingest", kind: Kind | None = None) -> Job:
        kind, now = kind or self.kind, timezone.now()
        [(job, _)] = leases.claim("w", [Opening(name, kind.lanes[0], 1)], now, leases.until(now, 30.0))
        asyncio.run(step(kind, Work(job, self._database, timezone.now), lambda: False))
        return Job.objects.get(pk=job.pk)

    def run(self) -> Job:
        while not (job := self.step()).is_over:
            pass
        return job

    def close(self) -> None:
        asyncio.run(self._database.stop())


@pytest.fixture
def stage(ground: Path, settings: Any, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    settings.SUBTITLES_MIN_FREE_BYTES = 0
    # These tests kill no machine: nothing needs to be on the disk.
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "init_command", "PRAGMA synchronous=OFF;")
    connection.close()
    stage = Stage()
    yield stage
    stage.close()


def litter(ground: Path) -> list[Path]:
    return [path for name in ("uploads", "tmp") for path in (ground / name).iterdir()]


def test_an_upload_becomes_a_session_with_its_recording(stage: Stage, speech: bytes, ground: Path) -> None:
    upload = stage.upload(speech)
    job = stage.run()
    assert (job.state, job.error_key) == ("done", "")
    upload.refresh_from_db()
    session, recording = upload.session, Recording.objects.get()
    assert session is not None
    assert (session.title, session.state, session.language, session.room) == (
        "My talk.final",
        "ended",
        "en",
        stage.room,
    )
    assert (recording.session, recording.file_name) == (session, "My_talk.final.WAV")
    assert (recording.container, recording.sample_rate, recording.channels) == ("wav", 8_000, 2)
    assert recording.samples == formats.SECONDS * 16_000
    assert files.original(session.pk, "wav").read_bytes() == speech
    assert files.audio(session.pk).stat().st_size > 1_000
    assert files.peaks(session.pk).stat().st_size > formats.SECONDS * 100
    assert litter(ground) == []


def test_what_is_refused_is_discarded_and_its_upload_says_why(stage: Stage, ground: Path) -> None:
    upload = stage.upload(b"<svg/>" * 100, "song.mp3")
    job = stage.run()
    assert (job.state, job.error_key) == ("failed", "not-audio")
    assert decoding.REFUSALS["not-audio"] == job.error_message
    assert litter(ground) == []
    assert Upload.objects.filter(pk=upload.pk, session=None).exists()
    assert not CaptionSession.objects.exists()


def test_of_a_damaged_file_the_session_says_where_it_breaks_off(stage: Stage, speech: bytes) -> None:
    stage.upload(speech[: len(speech) // 2])
    job = stage.run()
    assert (job.state, job.error_key) == ("done", "damaged")
    gap = RecordingGap.objects.get()
    assert (gap.at_samples, gap.reason) == (Recording.objects.get().samples, "lost")


def test_without_a_language_it_is_the_rooms(stage: Stage, speech: bytes) -> None:
    stage.upload(speech, language="")
    stage.run()
    assert CaptionSession.objects.get().language == "zh-CN"


def test_it_can_be_cancelled_until_it_has_its_session(stage: Stage, speech: bytes, ground: Path) -> None:
    upload = stage.upload(speech)
    job = Job.objects.get(kind="ingest")
    queue.cancel(job.pk)
    assert stage.run().state == "cancelled"
    assert litter(ground) == []
    assert Upload.objects.filter(pk=upload.pk).exists()
    later = stage.upload(speech)
    job = stage.step()
    ingest_rows.give_session(job.pk, later, ingest_rows.outcome(job.pk))
    queue.cancel(job.pk)
    assert stage.run().state == "done"
    assert Recording.objects.get().sealed_at


def test_a_session_that_was_deleted_meanwhile_does_not_come_back(stage: Stage, speech: bytes, ground: Path) -> None:
    upload = stage.upload(speech)
    job = stage.step()
    ingest_rows.give_session(job.pk, upload, ingest_rows.outcome(job.pk))
    CaptionSession.objects.all().delete()
    job = stage.run()
    assert (job.state, job.error_key) == ("failed", "deleted")
    assert not CaptionSession.objects.exists()
    assert litter(ground) == []


def test_nor_do_its_files_stay(stage: Stage, speech: bytes, ground: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was deleted after they had been moved."""
    stage.upload(speech)
    seal = ingest_rows.seal

    def too_late(*arguments: Any) -> None:
        CaptionSession.objects.all().delete()
        seal(*arguments)

    monkeypatch.setattr(ingest_rows, "seal", too_late)
    assert stage.run().error_key == "deleted"
    assert [*(ground / "recordings").iterdir()] == []


def test_a_file_that_is_gone_is_not_waited_for(stage: Stage, speech: bytes) -> None:
    uploads.part(stage.upload(speech).pk).unlink()
    job = stage.run()
    assert (job.state, job.error_key) == ("failed", "gone")


def test_whoever_watches_sees_it_move(stage: Stage, speech: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int | None]] = []

    async def progress(work: Work, name: str, percent: int | None = None) -> None:
        seen.append((name, percent))

    monkeypatch.setattr(Work, "progress", progress)
    times = iter(range(1_000))
    stage.kind = Ingest(lambda: next(times))
    stage.upload(speech)
    job = stage.step()
    assert seen
    assert all(name == "decoding" and percent is not None and 0 <= percent < 100 for name, percent in seen)
    assert (job.state, job.step, job.percent) == ("prepared", "placing", 99)


def test_a_bucket_that_fails_in_the_middle_gets_the_rest_later(
    stage: Stage, speech: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket: dict[str, bytes] = {}

    def settle(session_id: int) -> None:
        for path in sorted(files.folder(session_id).iterdir()):
            bucket[path.name] = path.read_bytes()
            path.unlink()
            if len(bucket) == 1:
                raise OSError("the bucket is away")

    monkeypatch.setattr(storage, "settle", settle)
    find = storage.find
    monkeypatch.setattr(storage, "find", lambda session_id, name: find(session_id, name) or bucket.get(name))
    stage.upload(speech)
    stage.step()
    job = stage.step()
    assert (job.state, job.error_key) == ("prepared", "storage")
    assert Recording.objects.get().sealed_at is None
    Job.objects.update(run_at=timezone.now())
    assert stage.run().state == "done"
    assert sorted(bucket) == ["audio.flac", "original.wav", "peaks.bin"]
    assert CaptionSession.objects.count() == 1


def test_a_file_that_is_here_whole_waits_for_its_storage_for_days(
    stage: Stage, speech: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(session_id: int) -> None:
        raise OSError("the bucket is away")

    upload = stage.upload(speech)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(storage, "settle", away)
        assert stage.step().state == "prepared"
        for _ in range(6):
            assert stage.step().error_key == "storage"
            Job.objects.filter(kind="ingest").update(moved_at=timezone.now() - timedelta(days=3), run_at=timezone.now())
        assert Job.objects.get(kind="ingest").state == "prepared"
    assert stage.run().state == "done"
    upload.refresh_from_db()
    assert files.original(upload.session_id or 0, "wav").read_bytes() == speech


def test_a_full_disk_is_waited_for_as_patiently(stage: Stage, speech: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    upload = stage.upload(speech)
    Job.objects.filter(kind="ingest").update(moved_at=timezone.now() - timedelta(days=3))
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(ingest, "FlacWriter", full)
        assert stage.step().state == "queued"
    assert uploads.part(upload.pk).read_bytes() == speech
    Job.objects.update(run_at=timezone.now())
    assert stage.run().state == "done"


def failing(*arguments: Any) -> None:
    raise RuntimeError("a fault of the program")


@pytest.mark.parametrize("fault", ["FlacWriter", "_move", "seal"])
def test_what_fails_for_other_reasons_than_the_file_loses_nothing_and_is_tried_again(
    stage: Stage, speech: bytes, monkeypatch: pytest.MonkeyPatch, ground: Path, fault: str
) -> None:
    upload = stage.upload(speech)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(ingest_rows if fault == "seal" else ingest, fault, failing)
        while not (job := stage.step()).is_over:
            Job.objects.update(run_at=timezone.now())
    assert (job.state, job.error_kind) == ("failed", "internal")
    assert uploads.try_again(upload)
    assert stage.run().state == "done"
    assert not uploads.try_again(upload)
    session = CaptionSession.objects.get()
    assert files.original(session.pk, "wav").read_bytes() == speech
    assert Recording.objects.get().sealed_at
    assert litter(ground) == []


def test_somebody_looks_after_uploads_as_long_as_there_are_any(stage: Stage) -> None:
    half = uploads.begin(stage.room.owner, stage.room, "half.wav", 10, "en")
    job = stage.step("upload-sweep", UploadSweep())
    assert job.state == "queued"
    assert job.run_at > timezone.now()
    Job.objects.update(run_at=timezone.now())
    uploads.discard(half)
    assert stage.step("upload-sweep", UploadSweep()).state == "done"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("talk.mp3", "talk"),
        ("C:\\records\\My_first_talk.tar.gz", "My first talk.tar"),
        ("../../etc/pass\u202ewd.wav", "passwd"),
        (".mp3", "mp3"),
        ("会议_一.m4a", "会议 一"),
        ("x" * 300 + ".wav", "x" * 160),
    ],
)
def test_the_title_is_the_name_as_a_person_would_write_it(name: str, title: str) -> None:
    assert ingest_rows.title(name) == title
