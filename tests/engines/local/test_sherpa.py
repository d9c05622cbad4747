from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from subtitles.engines.base import EngineError, ErrorKind, Options, RealtimeStream
from subtitles.engines.catalog.local_packages import package
from subtitles.engines.local import sherpa_worker
from subtitles.engines.local.models import Models
from subtitles.engines.local.sherpa import LocalEngine
from subtitles.engines.local.sherpa_stream import ModelStream
from subtitles.speech import FinalResult, InterimResult, Result
from tests.engines.local.processes import Watch, children, exists
from tests.engines.local.streams import SENTENCES, austen, chunks, hear, seconds
from tests.engines.local.toy_shop import CTC, PARAFORMER, PUNCTUATION, TRANSDUCER, install, shop
from tests.engines.local.toys import COMMA_AFTER, zipformer_ctc

CHINESE = Options(CTC, "zh-CN")
SENTENCE = seconds(austen(), 8.8, 11.8)
SLACK_MS = 1_000
FAVOURED = "人"
"""A token that the toy would say everywhere, if it only got a little more."""


@pytest.fixture
def engine(toy_models: Path) -> LocalEngine:
    return LocalEngine(toy_models, capacity=3)


def pid(stream: RealtimeStream) -> int:
    assert isinstance(stream, ModelStream)
    return stream.pid


@pytest.mark.parametrize("model", [CTC, TRANSDUCER, PARAFORMER])
async def test_each_spoken_sentence_is_a_final_at_its_place_after_its_interims(engine: LocalEngine, model: str) -> None:
    async with engine.open(Options(model, "zh-CN")) as stream:
        results = await hear(stream, chunks(austen()))
    said = [result for result in results if isinstance(result, FinalResult)]
    assert len(said) == len(SENTENCES)
    for final, (begin, end, _) in zip(said, SENTENCES, strict=True):
        assert abs(final.begin_ms - begin) <= SLACK_MS
        assert abs(final.end_ms - end) <= SLACK_MS
        before = results[results.index(final) - 1]
        assert isinstance(before, InterimResult)
        assert final.text.startswith(before.text)
        assert (
            [word.text for word in final.words] == final.text.split() or model == PARAFORMER or not final.text.isascii()
        )


async def test_the_last_words_come_although_the_sound_ends_in_them(engine: LocalEngine) -> None:
    async with engine.open(Options(PARAFORMER)) as stream:
        cut = await hear(stream, chunks(seconds(austen(), 0.5, 4.0)))
    async with engine.open(Options(PARAFORMER)) as stream:
        padded = await hear(stream, chunks(seconds(austen(), 0.5, 4.0) + bytes(64_000)))
    assert last_text(cut) == last_text(padded)


async def test_streams_of_one_model_share_a_process_and_the_last_one_ends_it(engine: LocalEngine) -> None:
    async with engine.open(CHINESE) as first:
        async with engine.open(CHINESE) as second:
            assert pid(first) == pid(second)
            async with engine.open(Options(TRANSDUCER)) as other:
                assert pid(other) != pid(first)
        watch = Watch(pid(first))
        assert await hear(first, chunks(SENTENCE))
    assert watch.ended(5)


async def test_a_place_too_many_is_refused_at_once_and_free_again_later(toy_models: Path) -> None:
    engine = LocalEngine(toy_models, capacity=1)
    async with engine.open(CHINESE):
        async with asyncio.timeout(1):
            with pytest.raises(EngineError) as refused:
                async with engine.open(CHINESE):
                    pass
        assert (refused.value.kind, refused.value.retryable) == (ErrorKind.BUSY, True)
    async with engine.open(CHINESE) as stream:
        assert await hear(stream, chunks(SENTENCE))


async def test_a_dead_process_takes_its_streams_along_and_the_next_one_gets_a_new_one(engine: LocalEngine) -> None:
    async with AsyncExitStack() as opened:
        streams = [await opened.enter_async_context(engine.open(CHINESE)) for _ in range(2)]
        os.kill(pid(streams[0]), signal.SIGKILL)
        for stream in streams:
            with pytest.raises(EngineError) as broken:
                await hear_alone(stream)
            assert broken.value.retryable
        async with engine.open(CHINESE) as fresh:
            assert pid(fresh) != pid(streams[0])
            assert await hear(fresh, chunks(SENTENCE))


async def test_a_process_that_does_not_answer_is_ended(engine: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sherpa_worker, "SILENCE_SECONDS", 0.2)
    async with engine.open(CHINESE) as stream:
        watch = Watch(pid(stream))
        os.kill(pid(stream), signal.SIGSTOP)
        with pytest.raises(EngineError) as broken:
            await send_all(stream)
        assert (broken.value.kind, "does not answer" in str(broken.value)) == (ErrorKind.NETWORK, True)
        assert watch.ended(5)


def bad_metadata(folder: Path) -> None:
    zipformer_ctc(folder, leave_out="decode_chunk_len")


def truncated(folder: Path) -> None:
    zipformer_ctc(folder)
    path = folder / "model.int8.onnx"
    path.write_bytes(path.read_bytes()[:9_000])


def nonsense(folder: Path) -> None:
    zipformer_ctc(folder)
    (folder / "model.int8.onnx").write_bytes(b"not a model at all")


@pytest.mark.parametrize("spoil", [bad_metadata, truncated, nonsense])
async def test_a_bad_model_file_ends_its_own_process_and_is_named(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    models = Models(tmp_path)
    entry = package(CTC)
    assert entry
    folder = models.workshop(CTC)
    spoil(folder)
    models.install(entry, folder, "import")
    before = children()
    with pytest.raises(EngineError) as refused:
        async with LocalEngine(tmp_path).open(CHINESE):
            pass
    assert (refused.value.kind, refused.value.retryable) == (ErrorKind.PARAMETERS, False)
    assert "cannot be loaded" in str(refused.value)
    assert children() <= before


async def test_a_file_that_changed_since_it_came_is_not_loaded(tmp_path: Path) -> None:
    installed = install(Models(tmp_path), CTC)
    path = installed.folder / "model.int8.onnx"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(EngineError) as refused:
        async with LocalEngine(tmp_path).open(CHINESE):
            pass
    assert "model.int8.onnx is damaged" in str(refused.value)


async def test_a_start_that_is_cancelled_leaves_no_process(engine: LocalEngine) -> None:
    before = children()
    for steps in (1, 4, 16, 64):
        starting = asyncio.create_task(_open(engine))
        for _ in range(steps):
            await asyncio.sleep(0)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
    assert {child for child in children() - before if exists(child)} == set()


async def test_hot_words_are_listened_for_and_those_that_cannot_be_written_are_left_out_and_counted(
    engine: LocalEngine, caplog: pytest.LogCaptureFixture
) -> None:
    options = Options(TRANSDUCER, "zh-CN", {"hotwords": f"{FAVOURED} :50\n a/b \n龘龘 :9\n达摩院 : x\n#:"})
    async with engine.open(options) as stream:
        assert set(last_text(await hear(stream, chunks(SENTENCE + bytes(64_000))))) == {FAVOURED}
    assert "4 of 5" in caplog.text
    assert "龘" not in caplog.text


async def test_a_model_without_punctuation_borrows_it_where_the_helper_is_on_this_machine(tmp_path: Path) -> None:
    shop(tmp_path, CTC, PUNCTUATION)
    async with LocalEngine(tmp_path).open(CHINESE) as stream:
        text = last_text(await hear(stream, chunks(SENTENCE + bytes(64_000))))
    assert text.endswith("。")
    assert f"{COMMA_AFTER}，" in text


async def send_all(stream: RealtimeStream) -> None:
    async with asyncio.timeout(10):
        for chunk in chunks(austen()):
            await stream.send(chunk)


async def _open(engine: LocalEngine) -> None:
    async with engine.open(CHINESE):
        await asyncio.Event().wait()


async def hear_alone(stream: RealtimeStream) -> None:
    async with asyncio.timeout(10):
        async for _ in stream:
            pass


def last_text(results: list[Result]) -> str:
    return [result.text for result in results if isinstance(result, FinalResult)][-1]
