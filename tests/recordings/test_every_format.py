"""Every format that is taken, all the way: uploaded in pieces, ingested, played, sent to the service, transcribed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from subtitles.engines.dashscope.batch import DashScopeBatchEngine
from subtitles.jobs import bucket, leases
from subtitles.jobs.database import Database
from subtitles.jobs.kinds import Kind
from subtitles.jobs.leases import Opening
from subtitles.jobs.outcome import step
from subtitles.jobs.work import Work
from subtitles.models import Job, Recording, Room, Sentence, User
from subtitles.recordings.flac import FlacReader
from subtitles.recordings.ingest import Ingest
from subtitles.retranscribe import sources, wishes
from subtitles.retranscribe.kind import Retranscription
from tests.browser.backstage import Backstage
from tests.fakes.dashscope import KEY, FakeDashScope
from tests.recordings import formats

MODEL = "paraformer-v2"
SAID = {"begin_ms": 500, "end_ms": 3_000, "text": "and mr john dashwood"}
PIECE = 50_000
OWN_SHAPE = {"wav": (8_000, 1), "amr": (8_000, 1), "opus": (48_000, 2), "flac": (16_000, 1), "mpeg": (44_100, 1)}
"""Rate and channels, where the maker of the files chose them."""

UNKNOWN_TO_THE_MODEL = ("speex", "pcm")
"""They go as FLAC, at their own rate."""


@pytest.fixture(scope="module")
def service() -> Iterator[FakeDashScope]:
    with Backstage() as backstage, backstage.hosting(FakeDashScope()) as fake:
        fake.play([SAID])
        yield fake


class Person:
    """Uploads, waits for the jobs, listens; in a browser of his own."""

    def __init__(self, service: FakeDashScope) -> None:
        engine = DashScopeBatchEngine(KEY, service.http_url, loopback=True)
        self._kinds: dict[str, Kind] = {
            "ingest": Ingest(),
            wishes.KIND: Retranscription(lambda name: engine, sources.pieces),
        }
        self._database = Database()
        owner = User.objects.create(username="alice")
        self._room = Room.objects.create(title="Talk", slug="talk", owner=owner, language="en")
        self._client = Client()
        self._client.force_login(owner)

    def upload(self, path: Path, **said: str) -> Recording:
        content = path.read_bytes()
        details = {"name": path.name, "size": len(content), "language": "en", "pcm_rate": "", **said}
        address = self._client.post(reverse("upload-begin", args=["talk"]), details)["Location"]
        for at in range(0, len(content), PIECE):
            headers = {"Upload-Offset": str(at)}
            piece = content[at : at + PIECE]
            assert self._client.patch(address, piece, "application/octet-stream", headers=headers).status_code == 204
        self._wait()
        return Recording.objects.latest("pk")

    def listen(self, recording: Recording) -> bytes:
        """What the player fetches, by the address in the session's page."""
        page = self._client.get(reverse("session", args=["talk", recording.session_id])).content.decode()
        [address] = re.findall(r'<audio[^>]* src="([^"]+)"', page)

        async def read(answer: Any) -> bytes:
            return b"".join([bytes(block) async for block in answer])

        return asyncio.run(read(self._client.get(address)))

    def transcribe(self, recording: Recording) -> list[str]:
        wishes.transcribe_again(recording, "dashscope", MODEL, "en")
        self._wait()
        return list(Sentence.objects.filter(transcript__session=recording.session).values_list("text", flat=True))

    def _wait(self) -> None:
        """Until every job is done, whenever it is due."""
        openings = [Opening(name, lane, 1) for name, kind in self._kinds.items() for lane in kind.lanes]
        while Job.objects.filter(kind__in=self._kinds).exclude(state__in=("done", "failed")).exists():
            Job.objects.update(run_at=timezone.now())
            now = timezone.now()
            for job, _ in leases.claim("w", openings, now, leases.until(now, 30.0)):
                asyncio.run(step(self._kinds[job.kind], Work(job, self._database, timezone.now), lambda: False))
        assert not Job.objects.filter(state="failed").exists()

    def leave(self) -> None:
        asyncio.run(self._database.stop())


@pytest.fixture
def person(
    ground: Path, settings: Any, transactional_db: None, monkeypatch: pytest.MonkeyPatch, service: FakeDashScope
) -> Iterator[Person]:
    settings.SUBTITLES_MIN_FREE_BYTES = 0
    # These tests kill no machine: nothing needs to be on the disk.
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "init_command", "PRAGMA synchronous=OFF;")
    connection.close()
    monkeypatch.setattr(bucket, "interval_us", lambda per_second: 0)
    person = Person(service)
    yield person
    person.leave()


@pytest.mark.parametrize("name", [*formats.SOUND, *formats.VIDEO, "amr", "pcm"])
def test_a_file_is_taken_played_and_transcribed(
    person: Person, service: FakeDashScope, files: dict[str, Path], tmp_path: Path, name: str
) -> None:
    nameless = tmp_path / "known by its content"
    nameless.write_bytes(files[name].read_bytes())
    recording = person.upload(nameless, pcm_rate=str(formats.PCM_RATE) if name == "pcm" else "")
    assert recording.container == name
    shape = (recording.sample_rate, recording.channels)
    assert shape == OWN_SHAPE.get(name, (recording.sample_rate, 1))
    assert recording.samples == pytest.approx(formats.SECONDS * 16_000, abs=16_000 * 0.11)
    assert not recording.gaps.exists()

    heard = tmp_path / "heard.flac"
    heard.write_bytes(person.listen(recording))
    with FlacReader(heard) as flac:
        assert (flac.rate, flac.samples) == (16_000, recording.samples)
        assert any(flac.read(0, flac.samples))

    before = len(service.batch.log.submits)
    assert person.transcribe(recording) == [SAID["text"]]
    [submit] = service.batch.log.submits[before:]
    [address], [found] = submit.body["input"]["file_urls"], submit.files
    sent = service.batch.storage.find(address, MODEL)
    assert sent
    assert (sent.read_bytes() == files[name].read_bytes()) is (name not in UNKNOWN_TO_THE_MODEL)
    assert (found.sample_rate, found.channels) == shape
    assert submit.billed
