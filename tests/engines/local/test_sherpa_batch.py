from __future__ import annotations

import wave
from pathlib import Path

import pytest

from subtitles.engines.base import BatchResult, EngineError, ErrorKind, Options, Source, Transcribed
from subtitles.engines.local.sherpa_batch import LocalBatchEngine
from tests.engines.local.streams import AUSTEN, SENTENCES, austen, seconds
from tests.engines.local.toy_shop import (
    QWEN,
    RECORDED_PARAFORMER,
    RECORDED_TRANSDUCER,
    SENSE_VOICE,
    SPEAKERS,
    shop,
)
from tests.engines.local.toys import SPOKEN

FAVOURED = "人"
"""A token that the toy would say everywhere, if it only got a little more."""
SENSE = Options(SENSE_VOICE, "zh-CN")


@pytest.fixture
def engine(toy_models: Path) -> LocalBatchEngine:
    return LocalBatchEngine(toy_models, threads=1)


@pytest.fixture
def sentence(tmp_path: Path) -> Path:
    """Three seconds of speech."""
    return written(tmp_path / "sentence.wav", seconds(austen(), 8.6, 12.2))


async def test_a_recording_becomes_timed_sentences_with_words_emotions_and_language(engine: LocalBatchEngine) -> None:
    percents: list[int] = []

    async def tell(percent: int) -> None:
        percents.append(percent)

    result = await engine.transcribe([Source(AUSTEN)], SENSE, tell)
    heard = outcome(result)
    assert [near(sentence.begin_ms) for sentence in heard.sentences] == [begin for begin, _, _ in SENTENCES]
    for sentence, (_, end, _) in zip(heard.sentences, SENTENCES, strict=True):
        times = [sentence.begin_ms, *(at for word in sentence.words for at in (word.begin_ms, word.end_ms))]
        assert [*times, sentence.end_ms] == sorted([*times, sentence.end_ms])
        assert sentence.end_ms <= end + 1_000
        assert (sentence.emotion, sentence.language, sentence.events) == ("happy", "zh", ())
    assert (heard.language, heard.duration_ms) == ("zh", 31_230)
    assert percents == sorted(set(percents))


@pytest.mark.parametrize("model", [RECORDED_PARAFORMER, RECORDED_TRANSDUCER])
async def test_each_design_for_recordings_times_its_sentences_and_words(engine: LocalBatchEngine, model: str) -> None:
    heard = outcome(await engine.submit([Source(AUSTEN)], Options(model, "zh-CN")))
    assert [near(sentence.begin_ms) for sentence in heard.sentences] == [begin for begin, _, _ in SENTENCES]
    for sentence, (_, end, _) in zip(heard.sentences, SENTENCES, strict=True):
        times = [sentence.begin_ms, *(at for word in sentence.words for at in (word.begin_ms, word.end_ms))]
        assert [*times, sentence.end_ms] == sorted([*times, sentence.end_ms])
        assert len(sentence.words) > 3
        assert sentence.end_ms <= end + 1_000


async def test_qwen_times_its_sentences_by_the_pauses_and_its_language_is_no_part_of_the_text(
    engine: LocalBatchEngine,
) -> None:
    heard = outcome(await engine.submit([Source(AUSTEN)], Options(QWEN, "zh-CN")))
    assert [near(sentence.begin_ms) for sentence in heard.sentences] == [begin for begin, _, _ in SENTENCES]
    for sentence in heard.sentences:
        assert set(sentence.text) <= set(SPOKEN)
        assert not sentence.words


async def test_qwen_is_told_hot_words_in_its_prompt(engine: LocalBatchEngine, sentence: Path) -> None:
    options = Options(QWEN, "zh-CN", {"hotwords": "中国\n我们"})
    heard = outcome(await engine.submit([Source(sentence)], options))
    assert heard.sentences
    assert set("".join(sentence.text for sentence in heard.sentences)) <= set("中国我们")


async def test_a_transducer_listens_for_hot_words_in_a_recording(
    engine: LocalBatchEngine, sentence: Path, caplog: pytest.LogCaptureFixture
) -> None:
    options = Options(RECORDED_TRANSDUCER, "zh-CN", {"hotwords": f"{FAVOURED} :50\n龘龘 :1.5"})
    heard = outcome(await engine.submit([Source(sentence)], options))
    assert set("".join(sentence.text for sentence in heard.sentences)) == {FAVOURED}
    assert "1 of 2" in caplog.text


async def test_a_file_that_is_no_recording_is_that_files_outcome(engine: LocalBatchEngine, tmp_path: Path) -> None:
    nonsense = tmp_path / "song.wav"
    nonsense.write_bytes(b"#EXTM3U\nhttp://127.0.0.1/secret\n" * 40)
    silent = written(tmp_path / "silent.wav", bytes(64_000))
    result = await engine.submit([Source(nonsense), Source(silent)], SENSE)
    refused, nothing = result.recordings
    assert isinstance(refused, EngineError)
    assert refused.kind is ErrorKind.PARAMETERS
    assert nothing == Transcribed(spoken_ms=0, duration_ms=2_000)


async def test_whoever_listens_to_the_progress_can_stop_it(engine: LocalBatchEngine) -> None:
    class Enough(Exception):
        pass

    async def tell(percent: int) -> None:
        raise Enough

    with pytest.raises(Enough):
        await engine.transcribe([Source(AUSTEN)], SENSE, tell)


async def test_speakers_are_told_apart_where_the_helper_is_on_this_machine(tmp_path: Path) -> None:
    shop(tmp_path, SENSE_VOICE, SPEAKERS)
    options = Options(SENSE_VOICE, "zh-CN", {"diarization": True, "speaker_count": 2})
    heard = outcome(await LocalBatchEngine(tmp_path, threads=1).submit([Source(AUSTEN)], options))
    assert [sentence.speaker for sentence in heard.sentences] == ["1", "2", "2", "1", "1"]
    assert heard.duration_ms == 31_230


@pytest.mark.parametrize(
    "options",
    [Options("no-such-model"), Options("sense-voice-yue"), Options(SENSE_VOICE, values={"diarization": True})],
    ids=["unknown", "not fetched", "nothing that tells speakers apart"],
)
async def test_what_is_not_on_this_machine_is_refused_in_words(engine: LocalBatchEngine, options: Options) -> None:
    with pytest.raises(EngineError) as refused:
        await engine.submit([Source(AUSTEN)], options)
    assert refused.value.kind is ErrorKind.PARAMETERS


def written(path: Path, pcm: bytes) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(pcm)
    return path


def outcome(result: BatchResult) -> Transcribed:
    (heard,) = result.recordings
    assert isinstance(heard, Transcribed)
    return heard


def near(ms: int) -> int:
    """The begin of the sentence in SENTENCES that is nearest."""
    return min((begin for begin, _, _ in SENTENCES), key=lambda begin: abs(begin - ms))
