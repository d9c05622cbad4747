"""The preview engine as it is: real decoder, real speech, real processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import jiwer
import pytest

from subtitles.engines.base import EngineError, ErrorKind, Options
from subtitles.engines.local.pocketsphinx import PreviewEngine
from subtitles.engines.local.worker import WorkerStream
from subtitles.speech import FinalResult, InterimResult, Result
from tests.engines.local.processes import Watch, exists
from tests.engines.local.streams import CHUNK, SENTENCES, austen, chunks, first_final, hear, seconds

ENGLISH = Options(language="en")


@pytest.fixture(scope="module")
def said() -> list[Result]:
    """Everything about the whole recording, fed as fast as the engine takes it."""

    async def run() -> list[Result]:
        async with PreviewEngine().open(ENGLISH) as stream:
            return await hear(stream, chunks(austen()))

    return asyncio.run(run())


@pytest.fixture
def engine() -> PreviewEngine:
    return PreviewEngine()


def finals(results: list[Result]) -> list[FinalResult]:
    return [result for result in results if isinstance(result, FinalResult)]


def test_at_most_two_words_in_five_are_wrong(said: list[Result]) -> None:
    reference = " ".join(text for _, _, text in SENTENCES)
    assert jiwer.wer(reference, " ".join(final.text for final in finals(said))) <= 0.40


def test_finals_lie_where_the_sentences_were_read(said: list[Result]) -> None:
    heard = [(final.begin_ms, final.end_ms) for final in finals(said)]
    for (begin_ms, end_ms), (read_from, read_to, _) in zip(heard, SENTENCES, strict=True):
        assert abs(begin_ms - read_from) <= 500
        assert abs(end_ms - read_to) <= 500


def test_words_follow_each_other_and_fill_their_final(said: list[Result]) -> None:
    for final in finals(said):
        times = [moment for word in final.words for moment in (word.begin_ms, word.end_ms)]
        assert times == sorted(times)
        assert (times[0], times[-1]) == (final.begin_ms, final.end_ms)
        assert " ".join(word.text for word in final.words) == final.text


def test_an_interim_says_where_its_last_word_ended_and_a_final_closes_it(said: list[Result]) -> None:
    closed_ms = 0
    for result in said:
        assert isinstance(result, FinalResult | InterimResult)
        assert not result.text or result.begin_ms >= closed_ms
        if isinstance(result, FinalResult):
            closed_ms = result.end_ms
        elif result.text:
            assert result.end_ms is not None
            assert result.begin_ms < result.end_ms
    assert isinstance(said[-1], FinalResult)


async def test_pace_and_size_of_the_pieces_change_nothing(engine: PreviewEngine) -> None:
    phrase = seconds(austen(), 26.8, 28.3) + bytes(32_000)
    async with engine.open(ENGLISH) as stream:
        at_once = await hear(stream, chunks(phrase))
    async with engine.open(ENGLISH) as stream:
        in_time = await hear(stream, chunks(phrase, CHUNK // 5), engine.capabilities.max_pace)
    assert len(finals(at_once)) == 1
    assert in_time == at_once


async def test_finish_in_mid_sentence_gives_what_was_said(engine: PreviewEngine) -> None:
    async with engine.open(ENGLISH) as stream:
        (final,) = finals(await hear(stream, chunks(seconds(austen(), 0, 3))))
    assert "dashwood" in final.text
    assert final.end_ms <= 3000


@pytest.mark.parametrize("language", ["zh-CN", "zh_Hans", "yue", "de"])
async def test_other_languages_are_refused_with_the_way_out(engine: PreviewEngine, language: str) -> None:
    options = Options(language=language)
    refusal = engine.refuse(options)
    assert refusal is not None
    with pytest.raises(EngineError, match=r"English only.*Choose another engine") as raised:
        async with engine.open(options):
            pass
    assert raised.value.kind is refusal.kind is ErrorKind.PARAMETERS
    assert not raised.value.retryable


@pytest.mark.parametrize("language", ["", "en", "en-GB", "EN_us"])
def test_every_english_is_accepted(engine: PreviewEngine, language: str) -> None:
    assert engine.refuse(Options(language=language)) is None


def test_a_platform_without_the_package_is_told_so() -> None:
    refusal = PreviewEngine(package="no_such_package").refuse(ENGLISH)
    assert refusal is not None
    assert "not installed" in str(refusal)
    assert refusal.kind is ErrorKind.PARAMETERS


async def test_the_stream_beyond_capacity_is_busy_at_once_and_a_freed_place_serves_again() -> None:
    engine = PreviewEngine(capacity=1)
    async with engine.open(ENGLISH):
        async with asyncio.timeout(1):
            with pytest.raises(EngineError) as raised:
                async with engine.open(ENGLISH):
                    pass
    assert raised.value.kind is ErrorKind.BUSY
    assert raised.value.retry_after
    async with engine.open(ENGLISH) as stream:
        assert await hear(stream, []) == []


async def test_a_killed_worker_is_a_network_error(engine: PreviewEngine) -> None:
    async with engine.open(ENGLISH) as stream:
        os.kill(_pid(stream), signal.SIGKILL)
        with pytest.raises(EngineError) as raised:
            await first_final(aiter(stream))
    assert raised.value.kind is ErrorKind.NETWORK
    assert raised.value.retryable


async def test_leaving_in_mid_sentence_takes_less_than_a_second_and_leaves_no_process(engine: PreviewEngine) -> None:
    async with engine.open(ENGLISH) as stream:
        for piece in chunks(seconds(austen(), 0, 2)):
            await stream.send(piece)
        leaving = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - leaving < 1
    assert not exists(_pid(stream))


async def test_the_worker_dies_with_a_server_killed_by_force() -> None:
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.engines.local.server"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert server.stdout
    worker = Watch(int(await asyncio.wait_for(server.stdout.readline(), 10)))
    server.kill()
    await server.communicate()
    assert await asyncio.to_thread(worker.ended, 5)


def _pid(stream: object) -> int:
    assert isinstance(stream, WorkerStream)
    return stream.pid
