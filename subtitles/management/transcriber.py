"""Recordings through an engine, several at once, without rows and without a server."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol, TypeVar

from subtitles.engines.base import (
    BatchEngine,
    BatchResult,
    EngineError,
    LostTicket,
    Options,
    Source,
    Ticket,
    Transcribed,
    Unanswered,
)
from subtitles.engines.catalog import Model
from subtitles.jobs.bucket import interval_us
from subtitles.management import public_addresses
from subtitles.management.fitting import fitted
from subtitles.management.named_sounds import Sound
from subtitles.retranscribe.engines import Tells

T = TypeVar("T")
LOOKS_S = (1.0, 2.0, 4.0, 5.0)
"""Between two questions, as the official SDK asks; the last one stays."""
MOST_TRIES = 6
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0


class Watcher(Protocol):
    """Hears how far one recording is. `percent` None: nobody knows."""

    def __call__(self, step: str, percent: int | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Heard:
    transcribed: Transcribed
    billed_seconds: float | None


class Transcriber:
    """`loopback` lets addresses be on this machine, for tests."""

    def __init__(self, engine: BatchEngine, model: Model, options: Options, *, loopback: bool = False) -> None:
        self._engine = engine
        self._model = model
        self._options = options
        self._loopback = loopback
        self._turn = asyncio.Lock()
        rate = model.limits.starts_per_second
        self._interval_s = interval_us(rate) / 1_000_000 if rate else 0.0

    async def transcribe(self, sound: Sound, folder: Path, tell: Watcher) -> Heard:
        """`folder` is for copies. Raises EngineError, Unreadable, BadAddress, OSError."""
        tell("preparing")
        source = await self._source(sound, folder)
        tell("uploading")
        ready = await self._patiently(lambda: self._engine.prepare(source, self._options))
        tell("submitting")
        answer = await self._patiently(lambda: self._submit(ready, tell))
        if isinstance(answer, Ticket):
            answer = await self._result(answer, tell)
        outcome = answer.recordings[0]
        if isinstance(outcome, EngineError):
            raise outcome
        return Heard(outcome, answer.usage.billed_seconds if answer.usage else None)

    async def _source(self, sound: Sound, folder: Path) -> Source:
        if sound.path is not None:
            return await asyncio.to_thread(fitted, sound.path, sound.container, self._model, folder)
        if self._model.prices:
            await public_addresses.check(sound.address, self._loopback)
            return Source(address=sound.address, container=sound.container or "wav")
        path = folder / f"fetched.{sound.container or 'bin'}"
        await public_addresses.fetch(sound.address, path, self._loopback)
        return await asyncio.to_thread(fitted, path, sound.container, self._model, folder)

    async def _submit(self, source: Source, tell: Watcher) -> Ticket | BatchResult:
        async with self._turn:
            await asyncio.sleep(self._interval_s)
        tell("recognising")
        if not isinstance(self._engine, Tells):
            return await self._engine.submit([source], self._options)

        async def reached(percent: int) -> None:
            tell("recognising", percent)

        return await self._engine.transcribe([source], self._options, reached)

    async def _result(self, ticket: Ticket, tell: Watcher) -> BatchResult:
        looks = 0
        while True:
            await asyncio.sleep(LOOKS_S[min(looks, len(LOOKS_S) - 1)])
            looks += 1
            answer = await self._patiently(lambda: self._engine.check(ticket))
            if isinstance(answer, BatchResult):
                return answer
            tell("recognising" if answer.running else "waiting")

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Repeats what may be repeated. A submit whose answer was lost may not: it is perhaps billed already."""
        for tries in count():
            try:
                return await ask()
            except EngineError as error:
                if isinstance(error, Unanswered | LostTicket) or not error.retryable or tries + 1 >= MOST_TRIES:
                    raise
                pause = max(FIRST_PAUSE_S * 2.0**tries, error.retry_after or 0.0)
            await asyncio.sleep(min(pause, LONGEST_PAUSE_S) * random.uniform(1.0, 1.25))  # noqa: S311 - no secret
        raise AssertionError
