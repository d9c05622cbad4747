from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from subtitles.jobs import kinds, runner
from subtitles.jobs.database import Database
from subtitles.jobs.runner import Runner
from tests.jobs.scripted import Scripted


@pytest.fixture
async def kind(settings: Any, transactional_db: Any) -> Scripted:
    settings.JOB_KINDS = {"scripted": "tests.jobs.scripted.Scripted"}
    scripted = kinds.get("scripted")
    assert isinstance(scripted, Scripted)
    return scripted


@pytest.fixture
async def database(transactional_db: Any) -> AsyncIterator[Database]:
    """The test's own thread beside the runner's."""
    thread = Database()
    yield thread
    await thread.stop()


@asynccontextmanager
async def running() -> AsyncIterator[Runner]:
    """This loop's runner, as a server has it."""
    try:
        yield runner.launch()
    finally:
        await runner.drain()
