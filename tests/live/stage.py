"""A captioner with everything round it but the database: audio goes in by hand, results are kept in lists."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from subtitles.engines.base import EngineError, ErrorKind, Options, RealtimeEngine
from subtitles.live.audio_feed import AudioFeed
from subtitles.live.captioner import Backoff, Captioner
from subtitles.recordings.audio_log import AudioLog
from subtitles.speech import FinalResult, UsageReport
from tests.live.scripted import BLOCK
from tests.live.virtual_time import now

AT_ONCE = Backoff(0.0, 0.0)


def broken(kind: ErrorKind = ErrorKind.NETWORK, retry_after: float | None = None) -> EngineError:
    return EngineError(kind, "as the test wants it", retry_after=retry_after)


class Kept:
    """What came out. `final` waits while `blocked`."""

    def __init__(self) -> None:
        self.finals: list[FinalResult] = []
        self.captioned: list[int] = []
        self.interims: list[str] = []
        self.states: list[str] = []
        self.gaps: list[tuple[int, int]] = []
        self.reports: list[UsageReport] = []
        self._free = asyncio.Event()
        self._free.set()
        self._changed = asyncio.Event()

    @property
    def texts(self) -> list[str]:
        return [final.text for final in self.finals]

    def block(self) -> None:
        self._free.clear()

    def unblock(self) -> None:
        self._free.set()

    def interim(self, text: str) -> None:
        self.interims.append(text)
        self._changed.set()

    async def final(self, final: FinalResult, captioned: int) -> None:
        await self._free.wait()
        self.finals.append(final)
        self.captioned.append(captioned)
        self._changed.set()

    def usage(self, report: UsageReport) -> None:
        self.reports.append(report)

    def upstream(self, state: str) -> None:
        self.states.append(state)
        self._changed.set()

    def uncaptioned(self, first: int, end: int) -> None:
        self.gaps.append((first, end))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Looks again whenever something comes out."""
        async with asyncio.timeout(3600):
            while not holds():
                self._changed.clear()
                await self._changed.wait()


class Stage:
    def __init__(
        self,
        folder: Path,
        engine: RealtimeEngine,
        *,
        captioned: int = 0,
        backoff: Backoff = AT_ONCE,
        idle: float = 10.0,
    ) -> None:
        self.log = AudioLog(folder / "log")
        self.log.begin_segment(1)
        self.feed = AudioFeed(self.log)
        self.kept = Kept()
        self.captioner = Captioner(
            self.feed,
            engine,
            Options(),
            self.kept,
            captioned=captioned,
            idle_finish_s=idle,
            backoff=backoff,
            clock=now,
        )

    def hear(self, pcm: bytes) -> None:
        """All at once."""
        self.log.append(self.log.end, pcm)
        self.feed.wake()

    async def speak(self, pcm: bytes) -> None:
        """As fast as it was spoken."""
        for at in range(0, len(pcm), 2 * BLOCK):
            self.hear(pcm[at : at + 2 * BLOCK])
            await asyncio.sleep(0.1)

    async def caption_all(self) -> Kept:
        self.feed.close()
        await self.captioner.run()
        return self.kept
