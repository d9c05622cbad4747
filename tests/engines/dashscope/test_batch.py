"""Each model for recordings, from the recording to its sentences, against the fake."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from subtitles.engines import catalog
from subtitles.engines.base import BatchResult, EngineError, ErrorKind, Options, Pending, Source, Ticket, Transcribed
from subtitles.engines.dashscope.batch import DashScopeBatchEngine
from tests.engines.dashscope.recordings import TEXTS, finished, hosted, result, transcript
from tests.fakes import position_code, sound_files
from tests.fakes.dashscope import KEY, BatchBehaviour, FakeDashScope
from tests.fakes.dashscope.recordings import AUDIO, known

MODELS = {model.name: model for model in catalog.models_of("dashscope", realtime=False)}
TASKS = [name for name, model in MODELS.items() if not model.synchronous]
FLASH = "fun-asr-flash-2026-06-15"


@pytest.mark.parametrize("name", TASKS)
async def test_a_task_ends_in_sentences_and_one_row_of_the_bill(
    fake: FakeDashScope, batch: DashScopeBatchEngine, name: str
) -> None:
    telephone = bool(MODELS[name].sample_rates)
    source = hosted(fake, content=sound_files.telephone(0, 40) if telephone else b"")
    ticket = await batch.submit([source], Options(name, "zh"))
    assert isinstance(ticket, Ticket)
    assert await batch.check(ticket) == Pending(running=False)
    assert await batch.check(ticket) == Pending(running=True)
    done = await batch.check(ticket)
    assert isinstance(done, BatchResult)
    (recording,) = done.recordings
    assert isinstance(recording, Transcribed)
    assert [sentence.text for sentence in recording.sentences] == TEXTS
    assert [(sentence.begin_ms, sentence.end_ms) for sentence in recording.sentences] == [(0, 1600), (2000, 3600)]
    assert done.usage
    assert (done.usage.billed_seconds, done.usage.request_id) == (4, ticket.task_id)
    (row,) = fake.batch.log.bill
    assert (row.model, row.seconds, fake.batch.log.leaked_keys) == (name, 4, 0)
    words = [word for sentence in recording.sentences for word in sentence.words]
    assert len(words) == (0 if name == "sensevoice-v1" else 32)


async def test_a_ticket_survives_as_json(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    ticket = await batch.submit([hosted(fake)], Options("fun-asr"))
    assert isinstance(ticket, Ticket)
    kept = Ticket.from_json(json.loads(json.dumps(ticket.as_json())))
    assert kept == ticket
    assert (await finished(batch, kept)).recordings


async def test_two_channels_are_two_labelled_transcripts_and_twice_the_bill(
    fake: FakeDashScope, batch: DashScopeBatchEngine
) -> None:
    both = sound_files.wav(position_code.encode(0, 40), position_code.encode(100, 40))
    done = await result(batch, [hosted(fake, content=both)], "paraformer-v2", channels=["0", "1"])
    (recording,) = done.recordings
    assert isinstance(recording, Transcribed)
    told = {(sentence.channel, sentence.text) for sentence in recording.sentences}
    assert told == {(0, text) for text in TEXTS} | {(1, text) for text in position_code.sentences(100, 40)}
    assert [sentence.begin_ms for sentence in recording.sentences] == [0, 0, 2000, 2000]
    assert (recording.spoken_ms, recording.duration_ms, fake.batch.log.bill[0].seconds) == (6400, 4000, 7)


async def test_speakers_are_told_apart_when_asked(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    with_speakers = await transcript(batch, hosted(fake), "fun-asr", diarization=True, speaker_count=2)
    assert [sentence.speaker for sentence in with_speakers.sentences] == ["1", "2"]
    without = await transcript(batch, hosted(fake), "fun-asr")
    assert {sentence.speaker for sentence in without.sentences} == {""}


async def test_sensevoice_tells_events_and_emotions_apart_from_the_text(
    fake: FakeDashScope, batch: DashScopeBatchEngine
) -> None:
    recording = await transcript(batch, hosted(fake), "sensevoice-v1", "en")
    assert [sentence.text for sentence in recording.sentences] == TEXTS
    assert [sentence.emotion for sentence in recording.sentences] == ["neutral", "happy"]
    assert [set(sentence.events) for sentence in recording.sentences] == [{"BGM", "Speech"}] * 2


async def test_long_qwen_tells_language_and_emotion_and_leaves_words_out_when_asked(
    fake: FakeDashScope, batch: DashScopeBatchEngine
) -> None:
    recording = await transcript(batch, hosted(fake), "qwen3-asr-flash-filetrans", "en", words=False)
    told = [(sentence.language, sentence.emotion, sentence.words) for sentence in recording.sentences]
    assert told == [("en", "neutral", ()), ("en", "happy", ())]


async def test_a_real_recording_becomes_its_sentence(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    fake.play(**known("zhen_hello_lab.wav"))
    source = hosted(fake, content=(AUDIO / "zhen_hello_lab.wav").read_bytes())
    recording = await transcript(batch, source, "paraformer-v2", "zh")
    (sentence,) = recording.sentences
    assert sentence.text == "Hello world, 这里是阿里巴巴语音实验室。"
    assert "".join(word.text + word.punctuation for word in sentence.words) == sentence.text


# --- many recordings


async def test_results_are_matched_by_address_not_by_order(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    fake.batch.default = BatchBehaviour(polls=0, swap=True, echo="decoded")
    names = [f"{at}%20录音.wav" if at == 1 else f"{at}.wav" for at in range(3)]
    sources = [
        Source(address=fake.batch.host(name, sound_files.wav(position_code.encode(20 * at, 20))))
        for at, name in enumerate(names)
    ]
    sources[1] = replace(sources[1], address=f"{fake.batch.root}/files/1%2520%E5%BD%95%E9%9F%B3.wav")
    done = await result(batch, sources, "fun-asr")
    texts = [r.sentences[0].text for r in done.recordings if isinstance(r, Transcribed)]
    assert texts == [position_code.sentences(20 * at, 20)[0] for at in range(3)]
    assert len(fake.batch.log.bill) == 1


async def test_one_recording_fails_the_others_do_not(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    fake.batch.default = BatchBehaviour(polls=0, failed_files=(1,), file_code="InvalidFile.DownloadFailed", swap=True)
    good, bad, also_good = (await result(batch, [hosted(fake, f"{n}.wav") for n in "abc"], "fun-asr")).recordings
    assert isinstance(good, Transcribed)
    assert isinstance(also_good, Transcribed)
    assert isinstance(bad, EngineError)
    assert (bad.kind, bad.retryable, bad.code) == (ErrorKind.PARAMETERS, False, "InvalidFile.DownloadFailed")


async def test_a_hundred_recordings_are_one_task_and_one_more_is_refused_here(
    fake: FakeDashScope, batch: DashScopeBatchEngine
) -> None:
    fake.batch.default = BatchBehaviour(polls=0)
    sound = sound_files.wav(position_code.encode(0, 3))
    sources = [hosted(fake, f"{n}.wav", sound) for n in range(100)]
    assert len((await result(batch, sources, "fun-asr")).recordings) == 100
    with pytest.raises(EngineError, match="1 to 100 recordings"):
        await batch.submit([*sources, sources[0]], Options("fun-asr"))
    assert len(fake.batch.log.submits) == 1


# --- what is asked


async def test_options_arrive_in_the_services_words(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    values: dict[str, Any] = {
        "channels": ["0"],
        "disfluency_removal": True,
        "timestamp_alignment": True,
        "masked_words": "坏词，worse",
        "removed_words": "um",
        "built_in_words": False,
        "vocabulary_id": "vocab-1",
        "language_hints": ["zh", "ja"],
    }
    fake.batch.hotwords.lists["vocab-1"] = {}
    await batch.submit([hosted(fake)], Options("paraformer-v2", "en", values))
    sent = fake.batch.log.submits[0].body["parameters"]
    rules = json.loads(sent.pop("special_word_filter"))
    assert rules == {
        "filter_with_signed": {"word_list": ["坏词", "worse"]},
        "filter_with_empty": {"word_list": ["um"]},
        "system_reserved_filter": False,
    }
    assert sent == {
        "channel_id": [0],
        "disfluency_removal_enabled": True,
        "timestamp_alignment_enabled": True,
        "vocabulary_id": "vocab-1",
        "language_hints": ["zh", "ja"],
    }


@pytest.mark.parametrize(
    ("model", "language", "sent"),
    [
        ("paraformer-v2", "zh-CN", {"language_hints": ["zh"]}),
        ("paraformer-v2", "zh-HK", {"language_hints": ["yue"]}),
        ("paraformer-v1", "zh", {}),
        ("fun-asr", "th", {"language_hints": ["th"]}),
        ("fun-asr", "sw", {}),
        ("sensevoice-v1", "", {}),
        ("qwen3-asr-flash-filetrans", "fr", {"language": "fr", "enable_words": True}),
        ("qwen3-asr-flash-filetrans", "", {"enable_words": True}),
    ],
)
async def test_the_recordings_language_is_the_hint_where_the_model_takes_one(
    fake: FakeDashScope, batch: DashScopeBatchEngine, model: str, language: str, sent: dict[str, Any]
) -> None:
    await batch.submit([hosted(fake)], Options(model, language))
    assert fake.batch.log.submits[0].body["parameters"] == sent


async def test_old_models_get_their_phrases_as_a_resource(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    await batch.submit([hosted(fake)], Options("paraformer-v1", "", {"phrase_id": "p-1"}))
    body = fake.batch.log.submits[0].body
    assert body["resources"] == [{"resource_id": "p-1", "resource_type": "asr_phrase"}]
    assert body["parameters"] == {}


async def test_the_workspace_goes_with_every_request(fake: FakeDashScope) -> None:
    engine = DashScopeBatchEngine(KEY, fake.http_url, "ws-1", loopback=True)
    await engine.submit([hosted(fake)], Options("fun-asr"))
    assert fake.batch.log.submits[0].headers["X-DashScope-WorkSpace"] == "ws-1"


@pytest.mark.parametrize(
    ("engine", "options", "kind", "words"),
    [
        (DashScopeBatchEngine(""), Options("fun-asr"), ErrorKind.KEY, "No DashScope key"),
        (DashScopeBatchEngine("sk-…"), Options("fun-asr"), ErrorKind.KEY, "characters"),
        (DashScopeBatchEngine(KEY), Options("fun-asr-9"), ErrorKind.PARAMETERS, "no model"),
        (DashScopeBatchEngine(KEY), Options("paraformer-realtime-v2"), ErrorKind.PARAMETERS, "no model"),
        (
            DashScopeBatchEngine(KEY),
            Options("sensevoice-v1", "", {"diarization": True}),
            ErrorKind.PARAMETERS,
            "no opt",
        ),
        (
            DashScopeBatchEngine(KEY, "https://dashscope-intl.aliyuncs.com/api/v1"),
            Options("paraformer-v2"),
            ErrorKind.PARAMETERS,
            "only in cn-beijing",
        ),
    ],
)
async def test_what_cannot_work_is_refused_before_anything_is_sent(
    engine: DashScopeBatchEngine, options: Options, kind: ErrorKind, words: str
) -> None:
    for source in (Source(address="https://example.org/a.wav"), Source(path=Path("never-read.wav"))):
        with pytest.raises(EngineError, match=words) as caught:
            await engine.submit([source], options)
        assert (caught.value.kind, caught.value.retryable) == (kind, False)


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "ftp://example.org/a.wav", "a.wav", "https://"])
async def test_only_addresses_that_the_service_can_fetch_are_sent(batch: DashScopeBatchEngine, address: str) -> None:
    with pytest.raises(EngineError, match="address must begin"):
        await batch.submit([Source(address=address)], Options("fun-asr"))


async def test_singapore_has_fun_asr_but_no_paraformer() -> None:
    async with FakeDashScope(region="ap-southeast-1") as fake:
        engine = DashScopeBatchEngine(KEY, fake.http_url, loopback=True)
        assert (await transcript(engine, hosted(fake), "fun-asr")).sentences
        with pytest.raises(EngineError, match="does not know this model"):
            await engine.submit([hosted(fake)], Options("paraformer-v2"))


# --- cancelling


async def test_a_task_that_waits_can_be_cancelled_and_one_that_runs_cannot(
    fake: FakeDashScope, batch: DashScopeBatchEngine
) -> None:
    waiting = await batch.submit([hosted(fake)], Options("fun-asr"))
    running = await batch.submit([hosted(fake)], Options("fun-asr"))
    assert isinstance(waiting, Ticket)
    assert isinstance(running, Ticket)
    assert await batch.cancel(waiting)
    with pytest.raises(EngineError) as caught:
        await batch.check(waiting)
    assert (caught.value.code, caught.value.retryable) == ("CANCELED", False)
    await finished(batch, running)
    assert not await batch.cancel(running)
    assert fake.batch.log.cancelled == [waiting.task_id]


# --- answers at once


def recorded(tmp_path: Path, content: bytes, container: str = "wav") -> Source:
    path = tmp_path / f"recording.{container}"
    path.write_bytes(content)
    return Source(path, container=container)


async def test_flash_tells_every_sentence_of_a_long_minute_with_its_times(
    fake: FakeDashScope, batch: DashScopeBatchEngine, tmp_path: Path
) -> None:
    minute = sound_files.flac(position_code.encode(0, 620))
    recording = await transcript(batch, recorded(tmp_path, minute, "flac"), FLASH)
    assert [sentence.text for sentence in recording.sentences] == position_code.sentences(0, 620)
    assert recording.sentences[30].begin_ms == 60_000
    assert fake.batch.log.bill[0].seconds == 62


@pytest.mark.parametrize("streamed", [True, False])
async def test_flash_answers_plain_and_streamed(fake: FakeDashScope, tmp_path: Path, streamed: bool) -> None:
    engine = DashScopeBatchEngine(KEY, fake.http_url, streamed=streamed, loopback=True)
    source = recorded(tmp_path, sound_files.wav(position_code.encode(0, 40)))
    done = await result(engine, [source], FLASH, "zh")
    (recording,) = done.recordings
    assert isinstance(recording, Transcribed)
    assert [(sentence.text, sentence.end_ms) for sentence in recording.sentences] == [(" ".join(TEXTS), 3600)]
    assert done.usage
    assert done.usage.billed_seconds == 4
    (submit,) = fake.batch.log.submits
    assert submit.headers["X-DashScope-SSE"] == ("enable" if streamed else "disable")
    assert submit.body["parameters"] == {"format": "wav", "sample_rate": "16000", "language_hints": ["zh"]}


async def test_a_plain_answer_with_its_last_sentence_only_still_gives_the_whole_text(
    fake: FakeDashScope, tmp_path: Path
) -> None:
    fake.batch.default = BatchBehaviour(plain_sentence="last")
    engine = DashScopeBatchEngine(KEY, fake.http_url, streamed=False, loopback=True)
    source = recorded(tmp_path, sound_files.wav(position_code.encode(0, 40)))
    recording = await transcript(engine, source, FLASH)
    assert (recording.sentences, recording.untimed) == ((), tuple(TEXTS))


@pytest.mark.parametrize("ours", ["user", "assistant"])
@pytest.mark.parametrize("theirs", ["user", "assistant", "both"])
async def test_a_context_arrives_in_either_order_of_its_pairs(
    fake: FakeDashScope, tmp_path: Path, ours: Any, theirs: str
) -> None:
    fake.batch.default = BatchBehaviour(pair_order=theirs)
    engine = DashScopeBatchEngine(KEY, fake.http_url, context_order=ours, loopback=True)
    source = recorded(tmp_path, sound_files.wav(position_code.encode(0, 20)))
    assert (await transcript(engine, source, FLASH, context="Bulge Bracket, Boutique")).sentences
    (row,) = fake.batch.log.bill
    assert len(row.body["input"]["messages"]) == 3


async def test_short_qwen_gives_text_language_and_emotion_but_no_times(
    fake: FakeDashScope, batch: DashScopeBatchEngine, tmp_path: Path
) -> None:
    source = recorded(tmp_path, sound_files.wav(position_code.encode(0, 40)))
    done = await result(batch, [source], "qwen3-asr-flash", "fr", itn=True, context="names")
    assert done.recordings == (Transcribed(untimed=tuple(TEXTS), language="fr", emotion="neutral"),)
    assert done.usage
    assert done.usage.billed_seconds == 4
    (submit,) = fake.batch.log.submits
    assert submit.body["parameters"] == {"asr_options": {"language": "fr", "enable_itn": True}}
    assert submit.body["input"]["messages"][0] == {"role": "system", "content": [{"text": "names"}]}


@pytest.mark.parametrize("prompt", ["", "Write down every word."])
async def test_omni_follows_an_instruction_and_is_called_what_the_setting_says(
    fake: FakeDashScope, tmp_path: Path, prompt: str
) -> None:
    fake.batch.omni_model = "qwen9-omni"
    engine = DashScopeBatchEngine(KEY, fake.http_url, omni_model="qwen9-omni", loopback=True)
    source = recorded(tmp_path, sound_files.wav(position_code.encode(0, 40)))
    values = {"prompt": prompt} if prompt else {}
    done = await result(engine, [source], "qwen3-omni-flash", **values)
    assert done.recordings == (Transcribed(untimed=tuple(TEXTS)),)
    assert done.usage is None
    asked = fake.batch.log.submits[0].body["messages"][0]["content"]
    assert asked[1]["text"] == (prompt or MODELS["qwen3-omni-flash"].options[0].preset)
    assert asked[0]["input_audio"]["data"].startswith("data:;base64,")


@pytest.mark.parametrize("name", ["fun-asr", FLASH, "qwen3-asr-flash", "qwen3-omni-flash"])
async def test_nobody_speaks_and_nothing_is_wrong(
    fake: FakeDashScope, batch: DashScopeBatchEngine, tmp_path: Path, name: str
) -> None:
    source = hosted(fake, content=sound_files.wav(bytes(32_000)))
    found = await transcript(batch, source, name)
    assert (found.sentences, found.untimed) == ((), ())
