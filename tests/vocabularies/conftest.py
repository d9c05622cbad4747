from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from subtitles.jobs import runner
from subtitles.jobs.runner import Runner
from subtitles.models import Room, User, Vocabulary
from subtitles.vocabularies import kind
from tests.fakes.dashscope import KEY, FakeDashScope


@pytest.fixture
def alice(db: Any) -> User:
    return User.objects.create_user("alice")


@pytest.fixture
def games(alice: User) -> Vocabulary:
    """Two words."""
    vocabulary = Vocabulary.objects.create(name="Games", owner=alice)
    vocabulary.words.create(text="字幕", weight=5, language="zh")
    vocabulary.words.create(text="Bulge Bracket")
    return vocabulary


@pytest.fixture
def room(alice: User, games: Vocabulary) -> Room:
    return Room.objects.create(
        title="Talk", slug="talk", owner=alice, language="zh-CN", engine="dashscope", model="paraformer-realtime-v2",
        vocabulary=games,
    )  # fmt: skip


def point_at(settings: Any, fake: FakeDashScope, key: str = KEY) -> None:
    options = {"api_key": key, "http_url": fake.http_url}
    engine = {"class": "subtitles.engines.dashscope.batch.DashScopeBatchEngine", "options": options}
    settings.BATCH_ENGINES = {"dashscope": engine}


@pytest.fixture
async def fake(settings: Any) -> AsyncIterator[FakeDashScope]:
    """The service that the settings name."""
    settings.JOB_KINDS = {"vocabulary": "subtitles.vocabularies.kind.KeepInStep"}
    async with FakeDashScope() as service:
        point_at(settings, service)
        yield service


@pytest.fixture
def keyed(settings: Any) -> None:
    """There is a key, and nobody behind the address."""
    options = {"api_key": KEY, "http_url": "http://127.0.0.1:9/api/v1"}
    settings.BATCH_ENGINES = {"dashscope": {"class": "x", "options": options}}


@pytest.fixture
async def jobs(transactional_db: Any, fake: FakeDashScope) -> AsyncIterator[Runner]:
    """This loop's runner, as a server has it."""
    try:
        yield runner.launch()
    finally:
        await runner.drain()
        await sync_to_async(lambda: connection.close())()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "FIRST_LOOK_S", 0.02)
