from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from subtitles.engines.base import ErrorKind, Options, RealtimeStream
from subtitles.engines.local.pocketsphinx import PreviewEngine
from subtitles.engines.local.worker import WorkerStream
from tests.engines.conformance import RealtimeConformance, Refusals, Strike
from tests.engines.local.streams import austen, seconds

PAUSE = bytes(32_000)


class Watched(PreviewEngine):
    """Remembers the process of the stream opened last."""

    pid: int

    @asynccontextmanager
    async def open(self, options: Options) -> AsyncIterator[RealtimeStream]:
        async with super().open(options) as stream:
            assert isinstance(stream, WorkerStream)
            self.pid = stream.pid
            yield stream


class TestPreviewEngine(RealtimeConformance):
    @pytest.fixture
    def engine(self) -> Watched:
        return Watched(capacity=2)

    @pytest.fixture
    def options(self) -> Options:
        return Options(language="en")

    @pytest.fixture
    def speech(self) -> bytes:
        """'had he married a more', 'he might even have been made'."""
        return seconds(austen(), 19.6, 20.9) + PAUSE + seconds(austen(), 26.8, 28.3) + PAUSE

    @pytest.fixture
    def refusals(self, options: Options) -> Refusals:
        return [
            (PreviewEngine(), Options(language="zh-CN"), ErrorKind.PARAMETERS),
            (PreviewEngine(package="no_such_package"), options, ErrorKind.PARAMETERS),
            (PreviewEngine(capacity=0), options, ErrorKind.BUSY),
        ]

    @pytest.fixture
    def break_stream(self, engine: Watched) -> Strike:
        async def kill() -> None:
            os.kill(engine.pid, signal.SIGKILL)

        return kill

    @pytest.fixture
    def freeze(self, engine: Watched) -> Strike:
        async def stop() -> None:
            os.kill(engine.pid, signal.SIGSTOP)

        return stop
