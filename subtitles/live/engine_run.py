"""One engine stream over the audio log, from one sample on. Disposable."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from array import array
from collections.abc import AsyncIterator, Callable
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
    clean_word,
    ms_to_samples,
    samples_to_ms,
)

logger = logging.getLogger(__name__)

FRAME = SAMPLE_RATE // 10
LOUD = 1_500
"""A peak above this (about -27 dBFS) may be speech."""
UNANSWERED_SAMPLES = 10 * SAMPLE_RATE
UNANSWERED_S = 5.0
SILENT_CODE = "no-answer"
REASON_WITHIN_S = 1.0
STUCK_S = 30.0
"""A service that takes no audio, or says nothing after the end of the audio, for this long is dead."""
MOST_WORDS = 2_000


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


class Interrupted(Exception):
    """Audio stopped in the middle of a sentence, and its rest is to come."""


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
        self.interrupted = False
        """Left without its last sentence: that one is to be recognised again, together with its rest."""
        self.results_seen = 0
        self.first_delay_ms: int | None = None
        self.last_delay_ms: int | None = None
        self._results = results
        self._patience = patience
        self._clock = clock
        self._unanswered = 0
        self._unanswered_at = start
        self._given = start
        self._handing_over = False
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
        except* Interrupted:
            self.interrupted = True
        except* EngineError as group:
            raise _first(group) from None
        except* Exception as group:
            # Engines raise nothing else; one that does must not take the session with it.
            logger.exception("engine failed")
            raise EngineError(ErrorKind.PROTOCOL, "The engine failed.", code="engine-bug") from group

    @property
    def waits_from(self) -> int:
        """Where loud audio begins that nothing was said about yet."""
        return self._unanswered_at if self._unanswered else self.sent

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
            self._given += len(pcm) // BYTES_PER_SAMPLE
            await self._send(stream, resampler.feed(pcm))
            self._expect_answer(pcm)
            self.sent = self._given
        if self.interim_open and audio.is_interrupted:
            raise Interrupted
        await self._send(stream, resampler.flush())
        self.finished = True
        self._heard_at = self._clock()
        async with _within(STUCK_S):
            await stream.finish()
        await self._expect_end()

    async def _send(self, stream: RealtimeStream, pcm: bytes) -> None:
        if pcm:
            async with _within(STUCK_S):
                await stream.send(pcm)

    async def _expect_end(self) -> None:
        """After `finish` something has to come within STUCK_S, again and again until the iteration ends."""
        seen = -1
        while seen != self.results_seen or self._handing_over:
            seen = self.results_seen
            await asyncio.sleep(STUCK_S)
        raise EngineError(ErrorKind.NETWORK, "The service did not finish.", code="stuck")

    async def _next_frame(self, audio: AudioFeed, idle_finish_s: float) -> bytes:
        """The next 100 ms; less only where the audio pauses or ends; nothing when it is over for this stream."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(idle_finish_s):
                await audio.beyond(self.sent + FRAME - 1)
        return b"" if audio.cut else audio.read(self.sent, FRAME)

    def _expect_answer(self, pcm: bytes) -> None:
        """A service that takes loud audio and says nothing at all is taken for dead."""
        samples = array("h", pcm)
        if max(max(samples), -min(samples)) > LOUD and not self._handing_over:
            if not self._unanswered:
                self._unanswered_at = self.sent
            self._unanswered += len(samples)
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
        placed = place(final, self.start, self.captioned, self._given)
        if placed is None:
            self._results.interim("")
            return
        captioned = max(self.captioned, ms_to_samples(placed.end_ms))
        self._handing_over = True
        try:
            await self._results.final(placed, captioned)
        finally:
            self._handing_over = False
        # Only now: a stream that broke while the final waited recognises it again.
        self.captioned = captioned
        if not self.finished:
            self._heard_at = self._clock()


def place(final: FinalResult, start: int, captioned: int, given: int) -> FinalResult | None:
    """A stream's final at its place in the recording: `start` is the stream's first sample.

    Words whose middle lies before `captioned` were kept already and are left out; nothing begins before it, and nothing
    ends after `given`, the last sample that the stream was given.
    """
    offset, floor, ceiling = samples_to_ms(start), samples_to_ms(captioned), samples_to_ms(given)
    if not final.words and final.begin_ms + final.end_ms + 2 * offset < 2 * floor:
        return None
    shifted = [_shifted(word, offset) for word in final.words[:MOST_WORDS]]
    words = [word for word in shifted if word.begin_ms + word.end_ms >= 2 * floor]
    whole = len(words) == len(shifted)
    text = clean_text(final.text if whole else "".join(word.text + word.punctuation for word in words))
    if not text:
        return None
    begin = min(max(floor, final.begin_ms + offset if whole else words[0].begin_ms), max(floor, ceiling))
    end = max(begin, min(final.end_ms + offset, ceiling))
    return replace(
        final,
        begin_ms=begin,
        end_ms=end,
        text=text,
        words=tuple(_clamp(word, begin, end) for word in words),
        language=clean_text(final.language, 35),
        speaker=clean_text(final.speaker, 80),
        emotion=clean_text(final.emotion, 20),
        events=tuple(clean_text(event, 40) for event in final.events[:20]),
    )


def _shifted(word: Word, offset: int) -> Word:
    return replace(word, begin_ms=word.begin_ms + offset, end_ms=word.end_ms + offset)


def _clamp(word: Word, begin: int, end: int) -> Word:
    first = min(max(word.begin_ms, begin), end)
    return replace(
        word,
        begin_ms=first,
        end_ms=min(max(word.end_ms, first), end),
        text=clean_word(word.text, 200),
        punctuation=clean_word(word.punctuation, 20),
    )


@contextlib.asynccontextmanager
async def _within(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise EngineError(ErrorKind.NETWORK, "The service takes nothing more.", code="stuck") from None


def _first(group: BaseExceptionGroup[EngineError]) -> EngineError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
