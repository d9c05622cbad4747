from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from subtitles.engines import registry
from subtitles.engines.base import Capabilities, EngineError, Options, RealtimeEngine, RealtimeStream


class AbsentEngine:
    """Stands for an engine that this process cannot make: audio is recorded all the same, and the streamer is told."""

    capabilities = Capabilities(realtime=True, batch=False, max_pace=1.0)

    def __init__(self, error: EngineError) -> None:
        self._error = error

    @asynccontextmanager
    async def open(self, options: Options) -> AsyncIterator[RealtimeStream]:
        raise self._error
        yield  # makes this a generator


def engine_named(name: str) -> RealtimeEngine:
    try:
        return registry.get(name)
    except EngineError as error:
        return AbsentEngine(error)
