"""The preview engine on recordings: real decoder, real files, real processes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from subtitles.engines.base import BatchResult, EngineError, ErrorKind, Options, Source, Transcribed
from subtitles.engines.local.pocketsphinx_batch import PreviewBatchEngine
from tests.engines.local.processes import children
from tests.engines.local.streams import austen, seconds
from tests.fakes import sound_files

ENGLISH = Options(language="en")


@pytest.fixture
def engine() -> PreviewBatchEngine:
    return PreviewBatchEngine()


def source(folder: Path, name: str, content: bytes) -> Source:
    path = folder / name
    path.write_bytes(content)
    return Source(path, container=path.suffix[1:])


async def test_files_of_any_kind_become_sentences_and_the_percent_of_all_grows(
    tmp_path: Path, engine: PreviewBatchEngine
) -> None:
    phrase = seconds(austen(), 26.8, 30.2)
    quiet = source(tmp_path, "quiet.wav", sound_files.wav(bytes(64_000), bytes(64_000), sample_rate=8_000))
    told: list[int] = []

    async def tell(percent: int) -> None:
        told.append(percent)

    answer = await engine.transcribe([source(tmp_path, "a.flac", sound_files.flac(phrase)), quiet], ENGLISH, tell)
    spoken, silent = answer.recordings
    assert isinstance(spoken, Transcribed)
    assert spoken.sentences[0].text.startswith("he might even have been")
    assert all(word.end_ms <= 3_400 for sentence in spoken.sentences for word in sentence.words)
    assert silent == Transcribed(language="en")
    assert told == sorted(set(told))
    assert told[-1] == 99


async def test_whoever_is_told_may_stop_it_and_no_process_stays(tmp_path: Path, engine: PreviewBatchEngine) -> None:
    class Stop(Exception):
        pass

    async def stop(percent: int) -> None:
        raise Stop

    before = children()
    with pytest.raises(Stop):
        await engine.transcribe([source(tmp_path, "a.wav", sound_files.wav(austen()))], ENGLISH, stop)
    assert children() == before


async def test_the_one_beyond_capacity_is_busy_at_once(tmp_path: Path, engine: PreviewBatchEngine) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def hold(percent: int) -> None:
        begun.set()
        await go_on.wait()

    short = source(tmp_path, "a.wav", sound_files.wav(bytes(3_200)))
    first = asyncio.create_task(engine.transcribe([short], ENGLISH, hold))
    async with asyncio.timeout(20):
        await begun.wait()
        with pytest.raises(EngineError) as raised:
            await engine.submit([short], ENGLISH)
        assert (raised.value.kind, bool(raised.value.retry_after)) == (ErrorKind.BUSY, True)
        go_on.set()
        assert isinstance(await first, BatchResult)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (Options(language="zh-CN"), "English only.*Choose another engine"),
        (Options("pocketsphinx-en-us", "en", {"itn": True}), "no option"),
        (Options("whisper", "en"), "no model"),
    ],
)
async def test_what_it_cannot_do_is_refused_with_the_reason(
    engine: PreviewBatchEngine, options: Options, words: str
) -> None:
    for attempt in (engine.prepare(Source(Path("never-read.wav")), options), engine.submit([], options)):
        with pytest.raises(EngineError, match=words) as raised:
            await attempt
        assert (raised.value.kind, raised.value.retryable) == (ErrorKind.PARAMETERS, False)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.wav", b"this is no sound"),
        ("empty.mp3", b""),
        ("list.wav", b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n"),
    ],
)
async def test_what_is_no_sound_is_said_in_words(
    tmp_path: Path, engine: PreviewBatchEngine, name: str, content: bytes
) -> None:
    with pytest.raises(EngineError, match="cannot be read as sound") as raised:
        await engine.submit([source(tmp_path, name, content)], ENGLISH)
    assert not raised.value.retryable
