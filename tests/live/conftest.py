from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from subtitles.engines import registry
from subtitles.live import runtime
from subtitles.live.runtime import Runtime
from subtitles.models import Room, User
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
async def live(room: Room, engine: ScriptedEngine, settings: Any, tmp_path: Any) -> AsyncIterator[Runtime]:
    settings.SUBTITLES_DATA_DIR = tmp_path
    settings.SUBTITLES_MIN_FREE_BYTES = 0
    running = await runtime.current()
    yield running
    await running.stop()
    await sync_to_async(_close_connection)()


def _close_connection() -> None:
    connection.close()
