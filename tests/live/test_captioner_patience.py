"""What a captioner makes of services that die quietly, and of engines that break their contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from subtitles.engines.base import Capabilities, Options
from subtitles.live.captioner import Backoff
from subtitles.live.engine_run import STUCK_S
from subtitles.speech import AudioFormat, Result
from tests.live.scripted import BLOCK, ScriptedEngine, sentences, silence, speech
from tests.live.stage import Stage, broken
from tests.live.virtual_time import in_virtual_time, now


def _fail_at(engine: ScriptedEngine, *samples: int) -> None:
    """The first stream breaks at the first position, the second at the second, and so on."""
    engine.fault = lambda sent: (
        broken() if engine.opened <= len(samples) and sent >= samples[engine.opened - 1] else None
    )


# --- services that die quietly ----------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_service_that_takes_speech_and_says_nothing_is_left(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine(max_pace=1.25))
    engine.stalled = True
    running = asyncio.create_task(stage.captioner.run())
    await stage.speak(speech(0, 10))
    engine.stalled = False
    await stage.speak(speech(10, 190))
    stage.feed.close()
    await running
    assert (stage.kept.texts, engine.opened) == (sentences(0, 200), 2)


@in_virtual_time
async def test_a_dead_service_costs_no_words_even_when_little_is_said(tmp_path: Path) -> None:
    """A quarter of the time somebody speaks: the watchdog needs more than the half minute that silence is kept for."""
    stage = Stage(tmp_path, engine := ScriptedEngine(max_pace=1.25))
    engine.stalled = True
    audio = b"".join(speech(20 * turn, 20) + silence(60) for turn in range(8))
    running = asyncio.create_task(stage.captioner.run())
    await stage.speak(audio)
    engine.stalled = False
    stage.feed.close()
    await running
    assert stage.kept.texts == sentences(0, 160)


@in_virtual_time
async def test_unanswered_noise_is_asked_about_less_and_less_often(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine(max_pace=1.25))
    engine.stalled = True
    running = asyncio.create_task(stage.captioner.run())
    await stage.speak(speech(0, 3000))
    assert 4 <= engine.opened <= 6
    assert stage.kept.gaps == []
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@in_virtual_time
async def test_silence_needs_no_answer(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine(max_pace=1.25))
    running = asyncio.create_task(stage.captioner.run())
    await stage.speak(silence(6000))
    stage.feed.close()
    await running
    assert engine.opened == 1


@in_virtual_time
async def test_a_service_that_never_finishes_is_left(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine())
    engine.stalled = True
    stage.hear(speech(0, 20))
    stage.feed.close()
    running = asyncio.create_task(stage.captioner.run())
    await stage.kept.until(lambda: stage.kept.states.count("ok") == 2)
    assert now() == pytest.approx(STUCK_S + 1, abs=1)
    engine.stalled = False
    await running
    assert stage.kept.texts == sentences(0, 20)


@in_virtual_time
async def test_a_final_that_waits_for_the_database_is_no_silence_of_the_service(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine(max_pace=1.25))
    stage.kept.block()
    running = asyncio.create_task(stage.captioner.run())
    await stage.speak(speech(0, 400))
    stage.kept.unblock()
    stage.feed.close()
    await running
    assert (stage.kept.texts, engine.opened) == (sentences(0, 400), 1)


@in_virtual_time
async def test_a_final_that_was_waiting_when_the_stream_broke_is_recognised_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := ScriptedEngine(max_pace=1.25))
    _fail_at(engine, 50 * BLOCK)
    stage.kept.block()
    running = asyncio.create_task(stage.captioner.run())
    await stage.speak(speech(0, 60))
    stage.kept.unblock()
    stage.feed.close()
    await running
    assert stage.kept.texts == sentences(0, 60)


# --- engines that break their contract --------------------------------------------------------------------------------


class _Hasty:
    """Its streams end before they were given anything, or fail as no engine may."""

    capabilities = Capabilities(realtime=True, batch=False, max_pace=10.0)

    def __init__(self, error: Exception | None = None) -> None:
        self.format = AudioFormat()
        self.opened = 0
        self._error = error

    @asynccontextmanager
    async def open(self, options: Options) -> AsyncIterator[_Hasty]:
        self.opened += 1
        yield self

    async def send(self, pcm: bytes) -> None:
        if self._error is not None:
            raise self._error
        await asyncio.sleep(1)

    async def finish(self) -> None: ...

    async def __aiter__(self) -> AsyncIterator[Result]:
        if self._error is not None:
            await asyncio.sleep(1)
        return
        yield  # makes this a generator


@in_virtual_time
async def test_streams_that_end_at_once_are_not_opened_in_a_hot_loop(tmp_path: Path) -> None:
    stage = Stage(tmp_path, engine := _Hasty(), backoff=Backoff())
    stage.hear(speech(0, 100))
    running = asyncio.create_task(stage.captioner.run())
    await asyncio.sleep(60)
    assert 20 < engine.opened < 100
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@in_virtual_time
async def test_a_mistake_inside_an_engine_does_not_end_the_captions(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stage = Stage(tmp_path, _Hasty(RuntimeError("a mistake")), backoff=Backoff())
    stage.hear(speech(0, 100))
    running = asyncio.create_task(stage.captioner.run())
    await stage.kept.until(lambda: stage.kept.states.count("ok") == 3)
    assert "engine failed" in caplog.text
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
