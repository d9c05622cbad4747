from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Iterator
from itertools import count

import pytest

from subtitles.engines.base import EngineError, ErrorKind, Options, RealtimeStream
from subtitles.engines.local import worker
from subtitles.engines.local.worker import recognise
from subtitles.speech import FinalResult, InterimResult, Word
from tests.engines.local import recognisers
from tests.engines.local.processes import children, exists
from tests.engines.local.streams import CHUNK, hear

ENGLISH = Options(language="en")
PIECE = bytes(CHUNK)


def target(recogniser: type) -> str:
    return f"{recognisers.__name__}:{recogniser.__name__}"


async def failure(recogniser: type) -> ErrorKind:
    """How a stream over `recogniser` fails."""
    with pytest.raises(EngineError) as raised:
        await _say_something(target(recogniser))
    return raised.value.kind


@pytest.mark.parametrize("steps", range(0, 24, 3))
async def test_a_start_that_is_cancelled_leaves_no_process(steps: int) -> None:
    before = children()
    starting = asyncio.create_task(_say_something(target(recognisers.Counting)))
    for _ in range(steps):
        await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert children() <= before


async def _say_something(name: str) -> None:
    async with recognise(name, ENGLISH) as stream:
        await stream.send(PIECE)
        await _listen(stream)


async def test_results_come_back_whole_and_in_order() -> None:
    async with recognise(target(recognisers.Counting), Options(language="zh-CN")) as stream:
        said = await hear(stream, [PIECE, PIECE])
    assert said == [
        InterimResult("…", 0),
        FinalResult(0, 100, "说 more", (Word(0, 100, "说", "。"),), "zh-CN"),
        InterimResult("…", 100),
        FinalResult(100, 200, "说 more", (Word(100, 200, "说", "。"),), "zh-CN"),
        FinalResult(200, 200, "the end"),
    ]


async def test_the_child_has_neither_django_nor_keys_and_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-1")
    monkeypatch.setenv("SUBTITLES_SECRET", "s")
    async with recognise(target(recognisers.Reporting), ENGLISH) as stream:
        said = await hear(stream, [])
    assert said == [FinalResult(0, 0, f"django=False secrets=[] nice={os.nice(0) + 5}")]


async def test_what_a_library_prints_goes_to_the_debug_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, worker.__name__)
    async with recognise(target(recognisers.Printing), ENGLISH) as stream:
        said = await hear(stream, [])
    assert said == [FinalResult(0, 0, "unharmed")]
    assert f"worker {stream.pid}: INFO: a library says hello" in caplog.text


async def test_a_worker_that_ends_by_itself_is_a_network_error(caplog: pytest.LogCaptureFixture) -> None:
    assert await failure(recognisers.Crashing) is ErrorKind.NETWORK
    assert "ended by itself, exit code 255" in caplog.text


async def test_a_recogniser_that_cannot_be_loaded_is_a_network_error() -> None:
    assert await failure(recognisers.Unloadable) is ErrorKind.NETWORK


async def test_a_recogniser_stuck_under_the_interpreter_lock_is_ended() -> None:
    assert await failure(recognisers.Stuck) is ErrorKind.NETWORK


async def test_an_answer_that_makes_no_sense_is_a_protocol_error() -> None:
    assert await failure(recognisers.Babbling) is ErrorKind.PROTOCOL


async def test_sending_waits_for_a_worker_that_does_not_keep_up_and_fails_when_it_is_dead() -> None:
    pieces = count()
    async with recognise(target(recognisers.Stuck), ENGLISH) as stream:
        with pytest.raises(EngineError) as raised:
            await _send_for_ever(stream, pieces)
    assert raised.value.kind is ErrorKind.NETWORK
    assert next(pieces) < 150, "more than 15 s of audio on the way"
    assert not exists(stream.pid)


async def test_a_machine_without_room_for_a_process_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(EngineError) as raised:
        async with recognise(target(recognisers.Counting), ENGLISH):
            pass
    assert raised.value.kind is ErrorKind.BUSY


async def test_a_worker_that_does_not_get_ready_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "START_SECONDS", 0.0)
    with pytest.raises(EngineError) as raised:
        async with recognise(target(recognisers.Counting), ENGLISH):
            pass
    assert raised.value.kind is ErrorKind.NETWORK


async def test_half_a_sample_is_refused() -> None:
    async with recognise(target(recognisers.Counting), ENGLISH) as stream:
        with pytest.raises(EngineError) as raised:
            await stream.send(b"\0\0\0")
    assert raised.value.kind is ErrorKind.PARAMETERS


async def test_leaving_early_ends_the_process_and_whoever_still_listens(caplog: pytest.LogCaptureFixture) -> None:
    async with recognise(target(recognisers.Counting), ENGLISH) as stream:
        listening = asyncio.create_task(_listen(stream))
        await asyncio.sleep(0)
    with pytest.raises(EngineError):
        await listening
    assert not exists(stream.pid)
    assert "ended by itself" not in caplog.text


async def test_results_that_nobody_reads_do_not_hold_up_the_end() -> None:
    async with recognise(target(recognisers.Counting), ENGLISH) as stream:
        await stream.send(PIECE)
        await stream.finish()
    assert not exists(stream.pid)


async def test_a_cancelled_stream_leaves_no_process() -> None:
    opened = asyncio.get_running_loop().create_future()

    async def run() -> None:
        async with recognise(target(recognisers.Counting), ENGLISH) as stream:
            opened.set_result(stream.pid)
            await _listen(stream)

    task = asyncio.create_task(run())
    pid = await asyncio.wait_for(opened, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not exists(pid)


async def _send_for_ever(stream: RealtimeStream, pieces: Iterator[int]) -> None:
    for _ in pieces:
        await stream.send(PIECE)


async def _listen(stream: RealtimeStream) -> None:
    async for _ in stream:
        pass
