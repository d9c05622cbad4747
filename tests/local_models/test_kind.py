from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from pytest_django import Settings

from subtitles.engines.catalog.local_types import Package
from subtitles.engines.local import delivery
from subtitles.engines.local.models import Models
from subtitles.jobs import queue, runner
from subtitles.jobs.database import Database
from subtitles.jobs.runner import Runner, Timing
from subtitles.jobs.work import Work
from subtitles.local_models.kind import KIND, ModelDownload
from subtitles.models import Job
from tests.engines.local.mirror import Mirror, mirroring
from tests.engines.local.toy_delivery import offer
from tests.engines.local.toy_shop import CTC


@pytest.fixture
async def mirror(settings: Settings, tmp_path: Path, transactional_db: None) -> AsyncIterator[Mirror]:
    settings.JOB_KINDS = {KIND: "subtitles.local_models.kind.ModelDownload"}
    settings.SUBTITLES_MODELS_DIR = tmp_path / "models"
    settings.SUBTITLES_MIN_FREE_BYTES = 0
    self_made, files = offer(CTC, tmp_path / "toy")
    async with mirroring(files) as running:
        settings.SUBTITLES_MODEL_MIRROR = running.address
        running.wanted = self_made
        yield running


@pytest.fixture
async def database(transactional_db: None) -> AsyncIterator[Database]:
    thread = Database()
    yield thread
    await thread.stop()


@pytest.fixture(autouse=True)
def _every_byte_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TELL_EVERY_S", 0.01)
    monkeypatch.setattr(runner, "LOOK_EVERY_S", 0.05)


class Watched(ModelDownload):
    """Says when a job is over."""

    def __init__(self, wanted: Package) -> None:
        super().__init__(lambda name: wanted if name == wanted.name else None)
        self.over = asyncio.Event()

    async def clean_up(self, work: Work) -> None:
        await super().clean_up(work)
        self.over.set()


async def run(mirror: Mirror, database: Database, during: asyncio.Event | None = None, key: str = CTC) -> Job:
    """Asks for the model and waits until that is over; with `during` it is cancelled when that is set."""
    assert mirror.wanted
    kind = Watched(mirror.wanted)
    asked = await database.run(partial(queue.enqueue, KIND, key))
    at_work = Runner(get_kind=lambda name: kind, timing=Timing(0.05, 30))
    at_work.start()
    async with asyncio.timeout(20):
        if during:
            await during.wait()
            await database.run(partial(queue.cancel, asked.job.pk))
        await kind.over.wait()
    await at_work.drain()
    return await database.run(lambda: Job.objects.get(pk=asked.job.pk))


async def test_a_model_comes_by_a_job(mirror: Mirror, database: Database, settings: Settings) -> None:
    job = await run(mirror, database)
    assert (job.state, job.percent, job.error_message) == ("done", 100, "")
    assert Models(settings.SUBTITLES_MODELS_DIR).find(CTC)


async def test_a_wrong_file_fails_the_job_in_words(mirror: Mirror, database: Database) -> None:
    (path,) = mirror.files
    mirror.files[path] = bytes(len(mirror.files[path]))
    job = await run(mirror, database)
    assert (job.state, job.error_key) == ("failed", "wrong-file")


async def test_an_unknown_model_fails_the_job(mirror: Mirror, database: Database) -> None:
    assert (await run(mirror, database, key="no-such-model")).state == "failed"


async def test_what_was_cancelled_leaves_nothing(mirror: Mirror, database: Database, settings: Settings) -> None:
    mirror.stall_after = 9_000
    job = await run(mirror, database, mirror.stalled)
    assert job.state == "cancelled"
    assert [path for path in settings.SUBTITLES_MODELS_DIR.rglob("*") if path.is_file()] == []
