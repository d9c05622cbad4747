"""Audio on its way in: checked, kept in the log, acknowledged. Waits for nothing else."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor

from subtitles.live.audio_feed import AudioFeed
from subtitles.live.refusals import Reason, Refused
from subtitles.recordings.audio_log import AudioLog
from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE

logger = logging.getLogger(__name__)

WINDOW = 5 * SAMPLE_RATE
"""Samples a client may have under way beyond the last acknowledged one."""
ACK_AT_ONCE = 2 * SAMPLE_RATE
MOST_FRAMES_PER_S = 500


class FrameBudget:
    """At most MOST_FRAMES_PER_S messages, after a burst of two seconds' worth."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tokens = 2.0 * MOST_FRAMES_PER_S
        self._at = clock()

    def take(self) -> bool:
        now = self._clock()
        self._tokens = min(2.0 * MOST_FRAMES_PER_S, self._tokens + (now - self._at) * MOST_FRAMES_PER_S) - 1
        self._at = now
        return self._tokens >= 0


class Intake:
    """Keeps what broadcasters send. When the disk is full, up to WINDOW samples wait here and nothing is acknowledged;
    it goes on by itself once there is space."""

    def __init__(self, log: AudioLog, feed: AudioFeed, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._feed = feed
        self._clock = clock
        self._held = bytearray()
        self.written = asyncio.Event()
        """Set while nothing waits for space."""
        self.written.set()
        self._budget = FrameBudget(clock)
        self._syncing: asyncio.Future[int] | None = None
        self.note_acked()

    @property
    def kept(self) -> int:
        return self._log.end

    @property
    def end(self) -> int:
        """Kept, or waiting for space."""
        return self._log.end + len(self._held) // BYTES_PER_SAMPLE

    @property
    def durable(self) -> int:
        return self._log.durable

    @property
    def is_full(self) -> bool:
        return bool(self._held)

    @property
    def owes_an_answer(self) -> bool:
        return self.kept - self.acked >= ACK_AT_ONCE

    @property
    def has_news(self) -> bool:
        return (self.kept, self.durable) != (self.acked, self.acked_durable)

    def begin(self, epoch: int) -> None:
        """A new connection writes from here on; it is told `kept`, and sends again what was waiting for space.

        Raises OSError.
        """
        self._log.begin_segment(epoch)
        self._held.clear()
        self.written.set()
        self._budget = FrameBudget(self._clock)
        self.note_acked()

    def note_acked(self) -> None:
        self.acked, self.acked_durable = self.kept, self.durable

    def receive(self, first: int, pcm: bytes) -> None:
        """Raises Refused: bad_position, too_fast."""
        if not self._budget.take():
            raise Refused(Reason.TOO_FAST, retry_after=1.0)
        if not pcm:
            return
        if first > self.end:
            raise Refused(Reason.BAD_POSITION)
        if first + len(pcm) // BYTES_PER_SAMPLE > self.acked + WINDOW:
            raise Refused(Reason.TOO_FAST, retry_after=1.0, detail="beyond the window")
        if self._held:
            self._held += pcm[(self.end - first) * BYTES_PER_SAMPLE :]
        else:
            self._append(first, pcm)
            if self._held:
                logger.warning("audio waits: the disk takes nothing more")

    def retry(self) -> None:
        """Tries again to write what waits for space."""
        if self._held:
            waiting, self._held = bytes(self._held), bytearray()
            self._append(self._log.end, waiting)

    def _append(self, first: int, pcm: bytes) -> None:
        try:
            self._log.append(first, pcm)
            self.written.set()
            self._feed.wake()
        except OSError:
            self.written.clear()
            self._held += pcm[(self._log.end - first) * BYTES_PER_SAMPLE :]

    def sync_soon(self, executor: Executor) -> None:
        """Starts an fsync unless one is under way or there is nothing to sync."""
        idle = self._syncing is None or self._syncing.done()
        if idle and self._log.durable < self._log.end:
            self._syncing = asyncio.get_running_loop().run_in_executor(executor, self._sync)

    async def settle(self, executor: Executor) -> None:
        """Waits until everything kept so far is on disk, or the disk refused."""
        for _ in range(2):  # the fsync that is under way may have begun before the last frame
            self.sync_soon(executor)
            if self._syncing is not None:
                await asyncio.wait({self._syncing})

    def _sync(self) -> int:
        try:
            return self._log.sync()
        except OSError as error:
            logger.warning("audio not on disk yet: %s", error.strerror)
            return self._log.durable
