"""One engine stream over the audio log, from one sample on. Disposable."""

from __future__ import annotations

import asyncio
import contextlib
import time
from array import array
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from subtitles.engines.base import EngineError, ErrorKind, Options, RealtimeEngine, RealtimeStream
from subtitles.live.audio_feed import AudioFeed
from subtitles.live.resample import Resampler
from subtitles.speech import (
    BYTES_PER_SAMPLE,
    SAMPLE_RATE,
    FinalResult,
    InterimResult,
    UsageReport,
    Word,
    clean_text,
    ms_to_samples,
    samples_to_ms,
)

FRAME = SAMPLE_RATE // 10
LOUD = 1_500
"""A peak above this (about -27 dBFS) may be speech."""
UNANSWERED_SAMPLES = 10 * SAMPLE_RATE
UNANSWERED_S = 5.0
SILENT_CODE = "no-answer"
REASON_WITHIN_S = 1.0


class Results(Protocol):
    """Where a run's results go; positions are those of the recording."""

    def interim(self, text: str) -> None: ...

    async def final(self, final: FinalResult, captioned: int) -> None:
        """`captioned`: everything before this sample is captioned. Waits while too many are not committed yet."""

    def usage(self, report: UsageReport) -> None: ...

    def upstream(self, state: str) -> None:
        """`connecting ok idle retrying busy key quota parameters skipped`."""


class Pace:
    """Lets audio through at most `factor` times as fast as it was spoken, after a burst of one second."""

    def __init__(self, factor: float, clock: Callable[[], float]) -> None:
        self._rate = factor * SAMPLE_RATE
        self._clock = clock
        self._free_at = clock() - 1.0

    async def wait(self, samples: int) -> None:
        self._free_at = max(self._free_at, self._clock() - 1.0) + samples / self._rate
        ahead = self._free_at - self._clock()
        if ahead > 0:
            await asyncio.sleep(ahead)


class EngineRun:
    """`sent` is how far it has come. Call `run` once: it raises EngineError, or ends when the engine answered all."""

    def __init__(
        self,
        start: int,
        captioned: int,
        results: Results,
        *,
        patience: int = UNANSWERED_SAMPLES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.start = self.sent = start
        self.captioned = captioned
        self.interim_at = start
        """How far it had come when an interim was open last."""
        self.interim_open = False
        self.accepted = False
        self.finished = False
        self.results_seen = 0
        self.first_delay_ms: int | None = None
        self.last_delay_ms: int | None = None
        self._results = results
        self._patience = patience
        self._clock = clock
        self._unanswered = 0
        self._heard_at = self._began_at = clock()

    async def run(self, engine: RealtimeEngine, options: Options, audio: AudioFeed, idle_finish_s: float) -> None:
        try:
            async with engine.open(options) as stream:
                self.accepted = True
                self._results.upstream("ok")
                self._heard_at = self._began_at = self._clock()
                async with asyncio.TaskGroup() as tasks:
                    pace = Pace(engine.capabilities.max_pace, self._clock)
                    feeding = tasks.create_task(self._feed(stream, audio, pace, idle_finish_s))
                    await self._collect(stream)
                    feeding.cancel()
        except* EngineError as group:
            raise _first(group) from None

    async def _feed(self, stream: RealtimeStream, audio: AudioFeed, pace: Pace, idle_finish_s: float) -> None:
        try:
            await self._send_all(stream, audio, pace, idle_finish_s)
        except EngineError as error:
            # A stream that takes nothing more has ended, perhaps well: its iteration knows and gets there first.
            if error.code != SILENT_CODE:
                await asyncio.sleep(REASON_WITHIN_S)
            raise

    async def _send_all(self, stream: RealtimeStream, audio: AudioFeed, pace: Pace, idle_finish_s: float) -> None:
        resampler = Resampler(stream.format.sample_rate)
        while pcm := await self._next_frame(audio, idle_finish_s):
            await pace.wait(len(pcm) // BYTES_PER_SAMPLE)
            if converted := resampler.feed(pcm):
                await stream.send(converted)
            self.sent += len(pcm) // BYTES_PER_SAMPLE
            self._expect_answer(pcm)
        if tail := resampler.flush():
            await stream.send(tail)
        self.finished = True
        self._heard_at = self._clock()
        await stream.finish()

    async def _next_frame(self, audio: AudioFeed, idle_finish_s: float) -> bytes:
        """The next 100 ms; less only where the audio pauses or ends; nothing when it is over for this stream."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(idle_finish_s):
                await audio.beyond(self.sent + FRAME - 1)
        return b"" if audio.cut else audio.read(self.sent, FRAME)

    def _expect_answer(self, pcm: bytes) -> None:
        """A service that takes loud audio and says nothing at all is taken for dead."""
        if max(array("h", pcm)) > LOUD:
            self._unanswered += len(pcm) // BYTES_PER_SAMPLE
        if self._unanswered > self._patience and self._clock() - self._heard_at > UNANSWERED_S:
            raise EngineError(ErrorKind.NETWORK, "The service took the audio but does not answer.", code=SILENT_CODE)

    async def _collect(self, stream: RealtimeStream) -> None:
        async for result in stream:
            self._measure()
            match result:
                case InterimResult(text):
                    self._open_interim(clean_text(text))
                case FinalResult():
                    await self._final(result)
                case UsageReport():
                    self._results.usage(result)
        if self.finished:
            self.last_delay_ms = int((self._clock() - self._heard_at) * 1000)

    def _measure(self) -> None:
        self._unanswered = 0
        self.results_seen += 1
        if not self.finished:
            self._heard_at = self._clock()
        if self.first_delay_ms is None:
            self.first_delay_ms = int((self._clock() - self._began_at) * 1000)

    def _open_interim(self, text: str) -> None:
        self.interim_open = bool(text)
        self.interim_at = self.sent
        self._results.interim(text)

    async def _final(self, final: FinalResult) -> None:
        self.interim_open = False
        self.interim_at = self.sent
        placed = place(final, self.start, self.captioned)
        if placed is None:
            self._results.interim("")
            return
        self.captioned = max(self.captioned, ms_to_samples(placed.end_ms))
        await self._results.final(placed, self.captioned)


def place(final: FinalResult, start: int, captioned: int) -> FinalResult | None:
    """A stream's final at its place in the recording: `start` is the stream's first sample.

    Words whose middle lies before `captioned` were kept already and are left out; nothing begins before it.
    """
    offset, floor = samples_to_ms(start), samples_to_ms(captioned)
    shifted = [replace(word, begin_ms=word.begin_ms + offset, end_ms=word.end_ms + offset) for word in final.words]
    words = [word for word in shifted if word.begin_ms + word.end_ms >= 2 * floor]
    whole = len(words) == len(shifted)
    text = clean_text(final.text if whole else "".join(word.text + word.punctuation for word in words))
    if not text:
        return None
    begin = max(floor, final.begin_ms + offset if whole else words[0].begin_ms)
    end = max(begin, final.end_ms + offset)
    return replace(
        final, begin_ms=begin, end_ms=end, text=text, words=tuple(_clamp(word, begin, end) for word in words)
    )


def _clamp(word: Word, begin: int, end: int) -> Word:
    first = min(max(word.begin_ms, begin), end)
    return replace(
        word,
        begin_ms=first,
        end_ms=min(max(word.end_ms, first), end),
        text=word.text[:200],
        punctuation=word.punctuation[:20],
    )


def _first(group: BaseExceptionGroup[EngineError]) -> EngineError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
