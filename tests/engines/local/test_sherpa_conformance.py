from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from subtitles.engines.base import ErrorKind, Options, RealtimeStream
from subtitles.engines.local.sherpa import LocalEngine
from subtitles.engines.local.sherpa_stream import ModelStream
from tests.engines.conformance import RealtimeConformance, Refusals, Strike
from tests.engines.local.streams import austen, seconds
from tests.engines.local.toy_shop import TRANSDUCER

PAUSE = bytes(2 * 32_000)


class Watched(LocalEngine):
    """Remembers the process of the stream opened last."""

    pid: int

    @asynccontextmanager
    async def open(self, options: Options) -> AsyncIterator[RealtimeStream]:
        async with super().open(options) as stream:
            assert isinstance(stream, ModelStream)
            self.pid = stream.pid
            yield stream


class TestLocalEngine(RealtimeConformance):
    @pytest.fixture
    def engine(self, toy_models: Path) -> Watched:
        return Watched(toy_models, capacity=2)

    @pytest.fixture
    def options(self) -> Options:
        return Options(TRANSDUCER, "zh-CN")

    @pytest.fixture
    def speech(self) -> bytes:
        return seconds(austen(), 19.6, 20.9) + PAUSE + seconds(austen(), 26.8, 28.3) + PAUSE

    @pytest.fixture
    def refusals(self, options: Options, toy_models: Path, tmp_path: Path) -> Refusals:
        return [
            (LocalEngine(tmp_path), options, ErrorKind.PARAMETERS),
            (LocalEngine(toy_models), Options("no-such-model"), ErrorKind.PARAMETERS),
            (LocalEngine(toy_models), Options(TRANSDUCER, values={"no": "option"}), ErrorKind.PARAMETERS),
            (LocalEngine(toy_models, capacity=0), options, ErrorKind.BUSY),
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
