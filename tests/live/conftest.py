from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from subtitles.engines import registry
from subtitles.live import broadcast, hub, publisher, runtime
from subtitles.live.runtime import Runtime
from subtitles.models import Room, Sentence, User
from tests.live.scripted import ScriptedEngine


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    scripted = ScriptedEngine()
    monkeypatch.setattr(registry, "get", lambda name: scripted)
    return scripted


@pytest.fixture
def room(transactional_db: Any) -> Room:
    owner = User.objects.create_user("alice")
    return Room.objects.create(title="Talk", slug="talk", owner=owner, language="en")


@pytest.fixture
def stream_key(room: Room) -> str:
    key = room.renew_stream_key()
    room.save()
    return key


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is done every so often is done often."""
    monkeypatch.setattr(broadcast, "TICK_S", 0.02)
    monkeypatch.setattr(broadcast, "RENEW_EVERY_S", 0.1)
    monkeypatch.setattr(publisher, "COMMIT_RETRY_S", 0.02)
    monkeypatch.setattr(publisher, "SLOW_COMMIT_S", 0.02)
    monkeypatch.setattr(runtime, "OTHER_WRITER_LETS_GO_S", 0.02)
    monkeypatch.setattr(hub, "POLL_S", 0.1)


@pytest.fixture
def house(settings: Any, tmp_path: Any, engine: ScriptedEngine) -> None:
    """A data folder of its own; nothing is swept unless the test asks for it."""
    settings.SUBTITLES_DATA_DIR = tmp_path
    settings.SUBTITLES_MIN_FREE_BYTES = 0
    settings.SUBTITLES_SWEEP_EVERY_S = 3600


@sync_to_async
def _close_connection() -> None:
    connection.close()


@pytest.fixture
async def live(room: Room, house: None) -> AsyncIterator[Runtime]:
    running = await runtime.current()
    yield running
    await running.stop()
    await _close_connection()


@pytest.fixture
async def processes(room: Room, house: None, quick: None) -> AsyncIterator[Callable[[], Any]]:
    """Makes runtimes that share a database, as processes do."""
    running: list[Runtime] = []

    async def start() -> Runtime:
        running.append(Runtime())
        await running[-1].start()
        return running[-1]

    yield start
    for process in running:
        await process.stop()
    await _close_connection()


@pytest.fixture
def texts(room: Room) -> Callable[[], Any]:
    """The sentences in the database, by number; the numbers must be dense."""

    def read() -> list[str]:
        rows = list(Sentence.objects.order_by("number").values_list("number", "text"))
        assert [number for number, _ in rows] == list(range(1, len(rows) + 1))
        return [text for _, text in rows]

    return sync_to_async(read)
