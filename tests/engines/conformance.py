"""What every realtime engine must do, whoever recognises: the contract of `subtitles.engines.base` as tests.

To apply it, subclass `RealtimeConformance` in a test module and give these fixtures there (or in its conftest):

    engine        a RealtimeEngine that is ready to be opened, at least twice at once
    options       the Options to open it with
    speech        bytes: PCM in the engine's format, two sentences or more with a second of silence after each
    refusals      list of (engine, options, ErrorKind): what must be refused at the door, and how
    break_stream  async callable: breaks the open stream from outside (connection, worker)
    freeze        async callable: the other side of the open stream hangs from now on, without a word
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar

import pytest

from subtitles.engines.base import EngineError, ErrorKind, Options, RealtimeEngine, RealtimeStream
from subtitles.speech import FinalResult, InterimResult, Result, UsageReport

PATIENCE_SECONDS = 60.0
LEAVING_SECONDS = 1.0
SLACK_MS = 400
"""How far the same word may move when the audio before it changes."""

Strike = Callable[[], Awaitable[None]]
Refusals = list[tuple[RealtimeEngine, Options, ErrorKind]]


def frames(stream: RealtimeStream, pcm: bytes) -> list[bytes]:
    size = stream.format.sample_rate // 10 * 2
    return [pcm[at : at + size] for at in range(0, len(pcm), size)]


def silence(stream: RealtimeStream, ms: int) -> bytes:
    return bytes(stream.format.sample_rate * ms // 1000 * 2)


async def feed(stream: RealtimeStream, pcm: bytes) -> None:
    for frame in frames(stream, pcm):
        await stream.send(frame)


async def hear(stream: RealtimeStream, pcm: bytes) -> list[Result]:
    """Everything the stream says about `pcm`: sending and iterating are two tasks, as in the product."""

    async def send() -> None:
        await feed(stream, pcm)
        await stream.finish()

    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as tasks:
        tasks.create_task(send())
        return [result async for result in stream]


async def transcribe(engine: RealtimeEngine, options: Options, pcm: bytes) -> list[Result]:
    async with engine.open(options) as stream:
        return await hear(stream, pcm)


def finals(results: list[Result]) -> list[FinalResult]:
    return [result for result in results if isinstance(result, FinalResult)]


@asynccontextmanager
async def leaving_quickly(engine: RealtimeEngine, options: Options) -> AsyncIterator[RealtimeStream]:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(PATIENCE_SECONDS):
        async with engine.open(options) as stream:
            yield stream
            left = loop.time()
        assert loop.time() - left < LEAVING_SECONDS


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine said about the whole speech."""

    results: list[Result]
    speech_ms: int

    @property
    def finals(self) -> list[FinalResult]:
        return finals(self.results)


class RealtimeConformance:
    _heard: ClassVar[dict[type, Heard]] = {}

    @pytest.fixture
    async def heard(self, engine: RealtimeEngine, options: Options, speech: bytes) -> Heard:
        """Heard once, for all tests that only look at it."""
        if type(self) not in self._heard:
            async with engine.open(options) as stream:
                ms = len(speech) * 500 // stream.format.sample_rate
                self._heard[type(self)] = Heard(await hear(stream, speech), ms)
        return self._heard[type(self)]

    async def test_finals_are_ordered_timed_and_never_empty(self, heard: Heard) -> None:
        said, heard_ms = heard.finals, heard.speech_ms
        assert len(said) >= 2
        settled = 0
        for final in said:
            assert final.text.strip()
            assert settled <= final.begin_ms <= final.end_ms <= heard_ms
            settled = final.end_ms

    async def test_words_are_in_order_and_inside_their_sentence(self, engine: RealtimeEngine, heard: Heard) -> None:
        said = heard.finals
        for final in said:
            times = [final.begin_ms, *(at for word in final.words for at in (word.begin_ms, word.end_ms)), final.end_ms]
            assert times == sorted(times)
        assert all(final.words for final in said) or not engine.capabilities.word_times

    async def test_times_count_from_the_first_sample_sent(
        self, engine: RealtimeEngine, options: Options, speech: bytes, heard: Heard
    ) -> None:
        async with engine.open(options) as stream:
            late = finals(await hear(stream, silence(stream, 2_000) + speech))
        moved = late[-1].end_ms - heard.finals[-1].end_ms
        assert abs(moved - 2_000) <= SLACK_MS

    async def test_no_interim_is_open_at_the_end(self, engine: RealtimeEngine, heard: Heard) -> None:
        spoken = [result for result in heard.results if not isinstance(result, UsageReport)]
        assert any(isinstance(result, InterimResult) for result in spoken) is engine.capabilities.interim_results
        last = spoken[-1]
        assert isinstance(last, FinalResult) or last.text == ""

    async def test_usage_only_grows(self, heard: Heard) -> None:
        billed = [result.billed_seconds for result in heard.results if isinstance(result, UsageReport)]
        assert billed == sorted(billed)

    async def test_audio_without_speech_ends_normally_and_says_nothing(
        self, engine: RealtimeEngine, options: Options
    ) -> None:
        async with engine.open(options) as stream:
            assert finals(await hear(stream, silence(stream, 3_000))) == []

    async def test_no_audio_at_all_ends_normally(self, engine: RealtimeEngine, options: Options) -> None:
        assert finals(await transcribe(engine, options, b"")) == []

    async def test_the_last_words_come_after_finish(
        self, engine: RealtimeEngine, options: Options, speech: bytes, heard: Heard
    ) -> None:
        whole = heard.finals
        cut = speech[: whole[-1].end_ms * len(speech) // heard.speech_ms // 2 * 2]
        assert len(finals(await transcribe(engine, options, cut))) == len(whole)

    async def test_finishing_twice_does_no_harm(self, engine: RealtimeEngine, options: Options) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS), engine.open(options) as stream:
            await stream.finish()
            await stream.finish()
            assert finals([result async for result in stream]) == []
            await stream.finish()

    async def test_two_streams_do_not_mix(
        self, engine: RealtimeEngine, options: Options, speech: bytes, heard: Heard
    ) -> None:
        both = await asyncio.gather(
            transcribe(engine, options, speech), transcribe(engine, options, speech[len(speech) // 4 * 2 :])
        )
        assert [final.text for final in finals(both[0])] == [final.text for final in heard.finals]

    async def test_the_format_is_one_that_was_promised(self, engine: RealtimeEngine, options: Options) -> None:
        assert engine.capabilities.realtime
        async with engine.open(options) as stream:
            assert stream.format in engine.capabilities.formats

    async def test_asking_for_a_stream_starts_nothing(self, engine: RealtimeEngine, options: Options) -> None:
        before = asyncio.all_tasks()
        engine.open(options)
        assert asyncio.all_tasks() == before

    async def test_nothing_runs_on_after_leaving(self, engine: RealtimeEngine, options: Options, speech: bytes) -> None:
        before = asyncio.all_tasks()
        async with leaving_quickly(engine, options) as stream:
            await feed(stream, speech[: stream.format.sample_rate])
        async with asyncio.timeout(LEAVING_SECONDS):
            while left := asyncio.all_tasks() - before:
                await asyncio.wait(left)

    async def test_leaving_ends_at_once_although_the_other_side_hangs(
        self, engine: RealtimeEngine, options: Options, freeze: Strike
    ) -> None:
        async with leaving_quickly(engine, options) as stream:
            await freeze()
            sender = asyncio.create_task(feed(stream, silence(stream, 30_000)))
            await asyncio.sleep(0)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)

    async def test_leaving_ends_at_once_while_somebody_listens(
        self, engine: RealtimeEngine, options: Options, speech: bytes
    ) -> None:
        async def listen(stream: RealtimeStream) -> None:
            async for _ in stream:
                pass

        async with leaving_quickly(engine, options) as stream:
            listener = asyncio.create_task(listen(stream))
            await feed(stream, speech[: stream.format.sample_rate])
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
        assert listener.cancelled()

    async def test_entering_can_be_cancelled(self, engine: RealtimeEngine, options: Options, speech: bytes) -> None:
        entering = asyncio.create_task(transcribe(engine, options, speech))
        await asyncio.sleep(0)
        entering.cancel()
        async with asyncio.timeout(LEAVING_SECONDS):
            await asyncio.gather(entering, return_exceptions=True)
        assert finals(await transcribe(engine, options, speech))

    async def test_a_broken_stream_raises_an_error_that_may_be_retried(
        self, engine: RealtimeEngine, options: Options, speech: bytes, break_stream: Strike
    ) -> None:
        async with leaving_quickly(engine, options) as stream:
            await feed(stream, speech[: stream.format.sample_rate])
            await break_stream()
            with pytest.raises(EngineError) as broken:
                async for _ in stream:
                    pass
            assert broken.value.retryable
            with pytest.raises(EngineError):
                await feed(stream, speech)

    async def test_refusals_are_of_the_right_kind(self, refusals: Refusals) -> None:
        assert refusals
        for engine, options, kind in refusals:
            with pytest.raises(EngineError) as refused:
                async with engine.open(options):
                    raise AssertionError("this must have been refused")
            assert refused.value.kind is kind
            assert str(refused.value).strip()
