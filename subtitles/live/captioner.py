"""The heart: a cursor over the audio log, and engine streams that come and go above it."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from subtitles.engines.base import EngineError, ErrorKind, Options, RealtimeEngine
from subtitles.live.audio_feed import AudioFeed
from subtitles.live.engine_run import SILENT_CODE, UNANSWERED_SAMPLES, EngineRun
from subtitles.live.engine_run import Results as RunResults
from subtitles.speech import SAMPLE_RATE

logger = logging.getLogger(__name__)

QUIET_SAMPLES = 30 * SAMPLE_RATE
"""Without an open interim for this long, nothing older than this needs to be recognised again."""
SKIP_SAMPLES = 5 * SAMPLE_RATE
FAILURES_BEFORE_SKIP = 3
PROGRESS_SAMPLES = SAMPLE_RATE
MOST_PATIENCE = 16 * UNANSWERED_SAMPLES
SETTLE_SAMPLES = 2 * SAMPLE_RATE
"""What may have been under way when a service ended a silent stream: somebody may have begun to speak in it."""
GIVE_UP_S = 600.0


@dataclass(frozen=True, slots=True)
class Backoff:
    first_s: float = 0.25
    most_s: float = 2.0

    def delay(self, attempt: int, retry_after: float | None) -> float:
        longest = min(self.most_s, self.first_s * float(2 ** min(attempt, 10)))
        wait = longest * random.uniform(0.5, 1.0)  # noqa: S311
        return max(wait, min(retry_after or 0.0, 30.0))


class Results(RunResults, Protocol):
    def uncaptioned(self, first: int, end: int) -> None:
        """Nobody will caption the audio between these samples."""


class Captioner:
    """Captions a log until it is closed, whatever breaks. Late captions come in order; audio is only ever skipped when
    the engine failed three times at the same place."""

    def __init__(
        self,
        audio: AudioFeed,
        engine: RealtimeEngine,
        options: Options,
        results: Results,
        *,
        captioned: int,
        idle_finish_s: float = 10.0,
        backoff: Backoff = Backoff(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._audio = audio
        self._engine = engine
        self._options = options
        self._results = results
        self._idle_finish_s = idle_finish_s
        self._backoff = backoff
        self._clock = clock
        self._run = EngineRun(captioned, captioned, results, clock=clock)
        self._position = self._captioned = captioned
        self._furthest = self._waits_for = captioned
        self._failures = self._stuck = 0
        self._patience = UNANSWERED_SAMPLES
        self._again = asyncio.Event()
        self._closed_at: float | None = None

    @property
    def behind_samples(self) -> int:
        """Audio that no engine has been given yet."""
        return max(0, self._audio.end - max(self._position, self._run.sent if self._run.accepted else 0))

    @property
    def progress(self) -> int:
        """Everything before this sample is captioned, or is silence: where another process would go on."""
        run = self._run
        known = max(self._captioned, run.captioned)
        quiet = run.sent - QUIET_SAMPLES
        if run.interim_open or run.interim_at > quiet:
            return known
        # Loud audio without an answer may be speech that a dead service was given, until it was tried often enough.
        return max(known, quiet if self._patience >= MOST_PATIENCE else min(quiet, run.waits_from))

    @property
    def delays(self) -> tuple[int | None, int | None]:
        """First and last package delay of the newest stream, in ms."""
        return self._run.first_delay_ms, self._run.last_delay_ms

    def retry_now(self) -> None:
        """Something changed (a broadcaster came back): refusals may be over."""
        self._again.set()

    async def run(self) -> None:
        """Ends when the log is closed and captioned, or was cut."""
        while await self._more():
            self._run = EngineRun(
                self._position, self._captioned, self._results, patience=self._patience, clock=self._clock
            )
            self._results.upstream("connecting" if self._failures == 0 else "retrying")
            try:
                await self._stream()
            except EngineError as error:
                _check_cancelled()
                self._note_progress()
                if not await self._recover(error):
                    return

    async def _more(self) -> bool:
        """Whether there is audio to caption, and nothing to wait for before that."""
        await self._audio.beyond(self._waits_for)
        return await self._audio.beyond(self._position)

    async def _stream(self) -> None:
        run = self._run
        await run.run(self._engine, self._options, self._audio, self._idle_finish_s)
        if run.interrupted:
            return self._leave_open()
        if not run.finished and (run.interim_open or run.sent <= run.start):
            raise EngineError(ErrorKind.PROTOCOL, "The stream ended by itself.", code="ended")
        self._note_progress()
        if self._audio.cut:
            # The stream may have heard half a word and said nothing of it: whoever goes on hears the whole.
            self._position = self._captioned
            return
        settled = run.sent if run.finished else run.sent - SETTLE_SAMPLES
        self._position = max(self._captioned, settled if settled > run.start else run.sent)
        self._captioned = max(self._captioned, self._position)
        self._failures = self._stuck = 0
        self._results.interim("")
        self._results.upstream("idle")

    def _leave_open(self) -> None:
        """The sentence under way stays on pages as an interim, and is recognised whole when its rest has come."""
        self._note_progress()
        self._position = self._captioned
        self._waits_for = self._run.sent
        self._failures = self._stuck = 0
        self._results.upstream("idle")

    def _note_progress(self) -> None:
        run = self._run
        if run.results_seen:
            self._patience = UNANSWERED_SAMPLES
        if run.sent >= self._furthest + PROGRESS_SAMPLES or run.captioned > self._captioned:
            self._failures = self._stuck = 0
        self._furthest = max(self._furthest, run.sent)
        self._captioned = self.progress

    async def _recover(self, error: EngineError) -> bool:
        """Decides where to go on; false = give up on the rest."""
        logger.warning("engine stream ended: kind=%s code=%s request=%s", error.kind, error.code, error.request_id)
        self._position = self._captioned
        if not error.retryable:
            return await self._wait_for_a_change(error)
        self._results.upstream("busy" if error.kind is ErrorKind.BUSY else "retrying")
        self._count(error)
        delay = self._backoff.delay(self._failures - 1, error.retry_after)
        return await self._pause(delay)

    def _count(self, error: EngineError) -> None:
        self._failures += 1
        if error.code == SILENT_CODE:
            # Loud music looks like speech nobody answers: wait longer each time.
            self._patience = min(self._patience * 2, MOST_PATIENCE)
        elif self._run.sent > self._run.start:
            self._stuck += 1
        if self._stuck >= FAILURES_BEFORE_SKIP:
            self._skip()

    def _skip(self) -> None:
        end = min(self._audio.end, self._captioned + SKIP_SAMPLES)
        self._results.uncaptioned(self._captioned, end)
        self._results.interim("")
        self._results.upstream("skipped")
        self._position = self._captioned = end
        self._stuck = 0

    async def _wait_for_a_change(self, error: EngineError) -> bool:
        """Key, quota and parameters are not retried: only a person can change them."""
        self._results.interim("")
        self._results.upstream(str(error.kind))
        self._again.clear()
        while not self._audio.closed and not self._audio.cut and not self._again.is_set():
            await self._pause(0.5)
        if self._audio.closed and not self._again.is_set():
            self._give_up()
        return self._again.is_set()

    async def _pause(self, delay: float) -> bool:
        """Waits before the next try; false when there is none: stopping, or the end has been waited for too long."""
        if self._audio.closed:
            self._closed_at = self._closed_at or self._clock()
            if self._clock() - self._closed_at > GIVE_UP_S:
                self._give_up()
                return False
        await asyncio.sleep(delay)
        return not self._audio.cut

    def _give_up(self) -> None:
        if self._audio.end > self._captioned:
            self._results.uncaptioned(self._captioned, self._audio.end)
        self._results.interim("")
        self._position = self._captioned = self._audio.end


def _check_cancelled() -> None:
    """A task group whose child fails in the moment its owner is cancelled forgets the cancellation (Python 3.11)."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
