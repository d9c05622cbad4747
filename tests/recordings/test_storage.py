from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from moto.server import ThreadedMotoServer

from subtitles.models import Job
from subtitles.pages.recordings import ranges
from subtitles.recordings import encoding, files, storage
from subtitles.recordings.archive import Progress, archive
from subtitles.recordings.reading import RecordingReader
from subtitles.recordings.storage import InBucket, OnDisk
from tests.recordings.ground import left, log, recording, speech, worked

SESSION = 7
PCM = speech()[:300_000]
KEYS = {"access_key": "tests", "secret_key": "tests"}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3 service on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(ground: Path, settings: Any, endpoint: str) -> Any:
    """As `SUBTITLES_S3_…` makes it; empty."""
    options = {"bucket_name": "talks", "endpoint_url": endpoint, "region_name": "us-east-1", **KEYS}
    backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, storage.ALIAS: backend}
    found = storage.storages[storage.ALIAS].bucket  # type: ignore[attr-defined]
    found.create()
    yield found
    found.objects.delete()
    found.delete()


@pytest.fixture
def flac(ground: Path) -> bytes:
    """Of a session that has been encoded; its log is still there."""
    log(SESSION, PCM)
    archive(SESSION, len(PCM) // 2, Progress())
    return files.audio(SESSION).read_bytes()


def names(bucket: Any) -> list[str]:
    return sorted(item.key for item in bucket.objects.all())


def test_on_this_disk_files_stay_where_they_are(flac: bytes) -> None:
    storage.settle(SESSION)
    assert (left("recordings"), left("live")) == (["audio.flac", "peaks.bin"], [])
    found = storage.find(SESSION, files.AUDIO)
    assert found == OnDisk(files.audio(SESSION), len(flac))
    assert storage.find(SESSION, "original.mp3") is None
    storage.erase(SESSION)
    assert left("") == []


def test_in_a_bucket_nothing_stays_here_and_everything_is_read_from_there(bucket: Any, flac: bytes) -> None:
    files.original(SESSION, "mp3").write_bytes(b"as it came")
    storage.settle(SESSION)
    assert left("") == []
    kept = [f"recordings/{SESSION}/{name}" for name in ("audio.flac", "original.mp3", "peaks.bin")]
    assert names(bucket) == kept
    found = storage.find(SESSION, files.AUDIO)
    assert found == InBucket(kept[0], len(flac))
    assert storage.find(SESSION, "audio") is None
    assert asyncio.run(part(found, 1_000, 150_000)) == flac[1_000:150_000]
    with RecordingReader(SESSION) as reader:
        assert len(left("tmp")) == 1
        assert reader.read(100_000, 9) == PCM[200_000:200_018]
    assert left("tmp") == []


async def part(found: Any, begin: int, end: int) -> bytes:
    return b"".join([block async for block in ranges._blocks(found, begin, end)])


def test_a_hand_over_that_was_cut_off_goes_on(bucket: Any, flac: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = storage._hand_over

    def cut_off(key: str, path: Path) -> None:
        if path.name == files.PEAKS:
            raise ConnectionResetError
        whole(key, path)

    with monkeypatch.context() as first:
        first.setattr(storage, "_hand_over", cut_off)
        with pytest.raises(ConnectionResetError):
            storage.settle(SESSION)
    assert left("recordings") == ["peaks.bin"]
    storage.settle(SESSION)
    storage.settle(SESSION)
    assert len(names(bucket)) == 2


def test_without_its_bucket_a_recording_stays_here(bucket: Any, flac: bytes) -> None:
    bucket.delete()
    with pytest.raises(OSError, match="the bucket of recordings"):
        storage.settle(SESSION)
    assert left("recordings") == ["audio.flac", "peaks.bin"]
    bucket.create()


@pytest.mark.django_db(transaction=True)
def test_a_bucket_that_was_away_for_days_is_given_the_recording_in_the_end(bucket: Any) -> None:
    found = recording(PCM)
    bucket.delete()
    waiting = worked(found)
    assert (waiting.state, waiting.error_kind) == ("prepared", "storage")
    _long_ago(run_at=1, moved_at=25)
    assert worked(found).state == "failed"
    assert encoding.forgotten() == []
    _long_ago(finished_at=25)
    assert encoding.forgotten() == [(found.pk, found.session_id)]
    bucket.create()
    assert worked(found).state == "done"
    assert (left("recordings"), len(names(bucket))) == ([], 2)
    assert encoding.forgotten() == []


def _long_ago(**hours: int) -> None:
    Job.objects.update(**{name: timezone.now() - timedelta(hours=number) for name, number in hours.items()})


def test_an_erased_session_is_gone_from_the_bucket_too_and_only_that_one(bucket: Any, flac: bytes) -> None:
    shutil.copytree(files.folder(SESSION), files.folder(70))
    storage.settle(SESSION)
    storage.settle(70)
    storage.erase(SESSION)
    assert names(bucket) == ["recordings/70/audio.flac", "recordings/70/peaks.bin"]
