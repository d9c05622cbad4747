from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from subtitles.engines.base import Options
from subtitles.engines.dashscope.batch import DashScopeBatchEngine
from subtitles.engines.dashscope.realtime import DashScopeEngine
from subtitles.engines.dashscope.starts import StartLimiter
from tests.fakes import position_code
from tests.fakes.dashscope import KEY, FakeDashScope


@pytest.fixture
async def fake() -> AsyncIterator[FakeDashScope]:
    async with FakeDashScope() as service:
        yield service


@pytest.fixture
def engine(fake: FakeDashScope) -> DashScopeEngine:
    return DashScopeEngine(KEY, fake.websocket_url, fake.http_url, starts=StartLimiter(1000))


@pytest.fixture
def batch(fake: FakeDashScope) -> DashScopeBatchEngine:
    return DashScopeBatchEngine(KEY, fake.http_url, loopback=True)


@pytest.fixture
def options() -> Options:
    return Options("paraformer-realtime-v2", "zh")


@pytest.fixture
def speech() -> bytes:
    return position_code.encode(0, 40) + bytes(32_000)
