"""The official SDK, unchanged, against the fake's interfaces for recordings; and what it sends is what we send."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import dashscope
import httpx2
import pytest
from dashscope.audio.asr import AsrPhraseManager, Transcription, VocabularyService
from dashscope.audio.asr.vocabulary import VocabularyServiceException
from dashscope.audio.qwen_asr import QwenTranscription
from dashscope.utils.oss_utils import OssUtils

from subtitles.engines import catalog
from subtitles.engines.base import Options
from subtitles.engines.dashscope.batch import DashScopeBatchEngine
from subtitles.engines.dashscope.phrases import Phrases
from subtitles.engines.dashscope.vocabularies import Hotword, Vocabularies
from tests.engines.dashscope.recordings import TEXTS, hosted, transcript
from tests.fakes import position_code, sound_files
from tests.fakes.dashscope import KEY, BatchBehaviour, FakeDashScope

PARAFORMER: dict[str, Any] = {"channels": ["0"], "disfluency_removal": True, "diarization": True, "speaker_count": 3}
PARAFORMER_SENT: dict[str, Any] = {
    "channel_id": [0],
    "disfluency_removal_enabled": True,
    "diarization_enabled": True,
    "speaker_count": 3,
}
FILTER = '{"filter_with_empty": {"word_list": ["um"]}, "system_reserved_filter": true}'
WISHES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "paraformer-v2": (
        {**PARAFORMER, "language_hints": ["zh", "en"], "timestamp_alignment": True, "removed_words": "um"},
        {
            **PARAFORMER_SENT,
            "language_hints": ["zh", "en"],
            "timestamp_alignment_enabled": True,
            "special_word_filter": FILTER,
        },
    ),
    "paraformer-8k-v2": ({"vocabulary_id": "v-1"}, {"vocabulary_id": "v-1"}),
    "paraformer-v1": ({"phrase_id": "p-1", **PARAFORMER}, {"phrase_id": "p-1", **PARAFORMER_SENT}),
    "paraformer-8k-v1": ({}, {}),
    "paraformer-mtl-v1": ({"channels": ["1", "0"]}, {"channel_id": [1, 0]}),
    "sensevoice-v1": ({"language_hints": ["auto"]}, {"language_hints": ["auto"]}),
    "fun-asr": (PARAFORMER, PARAFORMER_SENT),
    "fun-asr-2025-11-07": ({"language_hints": ["th"]}, {"language_hints": ["th"]}),
    "fun-asr-2025-08-25": ({"vocabulary_id": "v-2"}, {"vocabulary_id": "v-2"}),
    "fun-asr-mtl": ({"removed_words": "um"}, {"special_word_filter": FILTER}),
    "fun-asr-mtl-2025-08-25": ({}, {}),
    "qwen3-asr-flash-filetrans": (
        {"language_hints": ["zh"], "itn": True, "channels": ["0"]},
        {"language": "zh", "enable_itn": True, "channel_id": [0], "enable_words": True},
    ),
}


@pytest.fixture(autouse=True)
def _sdk(fake: FakeDashScope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashscope, "api_key", KEY)
    monkeypatch.setattr(dashscope, "base_http_api_url", fake.http_url)
    fake.batch.default = BatchBehaviour(polls=0)


async def test_the_sdk_submits_waits_and_reads(fake: FakeDashScope) -> None:
    address = hosted(fake).address
    begun = await asyncio.to_thread(Transcription.async_call, model="fun-asr", file_urls=[address])
    assert (begun.status_code, begun.output.task_status) == (200, "PENDING")
    done = await asyncio.to_thread(Transcription.wait, task=begun.output.task_id)
    assert (done.output.task_status, done.usage["duration"]) == ("SUCCEEDED", 4)
    (entry,) = done.output["results"]
    async with httpx2.AsyncClient() as client:
        document = (await client.get(entry["transcription_url"])).json()
    assert entry["file_url"] == address
    assert [sentence["text"] for sentence in document["transcripts"][0]["sentences"]] == TEXTS
    again = await asyncio.to_thread(Transcription.fetch, task=begun)
    assert again.output.task_status == "SUCCEEDED"
    assert (await asyncio.to_thread(Transcription.list)).output["total"] == 1


async def test_the_sdk_calls_and_cancels(fake: FakeDashScope) -> None:
    address = hosted(fake).address
    done = await asyncio.to_thread(Transcription.call, model="paraformer-v2", file_urls=[address], channel_id=[0])
    assert done.output.task_status == "SUCCEEDED"
    fake.batch.default = BatchBehaviour()
    begun = await asyncio.to_thread(Transcription.async_call, model="fun-asr", file_urls=[address])
    assert (await asyncio.to_thread(Transcription.cancel, begun)).status_code == 200
    assert (await asyncio.to_thread(Transcription.fetch, begun)).output.task_status == "CANCELED"
    assert (await asyncio.to_thread(Transcription.fetch, "none")).output.task_status == "UNKNOWN"


async def test_the_sdk_is_told_what_it_did_wrong(fake: FakeDashScope, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = await asyncio.to_thread(Transcription.async_call, model="fun-asr-9", file_urls=["https://a.example/a.wav"])
    assert (wrong.status_code, wrong.code) == (404, "ModelNotFound")
    monkeypatch.setattr(dashscope, "api_key", "sk-wrong")
    refused = await asyncio.to_thread(Transcription.async_call, model="fun-asr", file_urls=["https://a.example/a.wav"])
    assert (refused.status_code, refused.code) == (401, "InvalidApiKey")


@pytest.mark.parametrize("name", WISHES)
async def test_our_submit_is_the_sdks(fake: FakeDashScope, batch: DashScopeBatchEngine, name: str) -> None:
    source = hosted(fake)
    values, sent = WISHES[name]
    fake.batch.hotwords.lists.update({"v-1": {}, "v-2": {}})
    await batch.submit([source], Options(name, "", values))
    if name == "qwen3-asr-flash-filetrans":
        await asyncio.to_thread(QwenTranscription.async_call, model=name, file_url=source.address, **sent)
    else:
        await asyncio.to_thread(Transcription.async_call, model=name, file_urls=[source.address], **sent)
    ours, theirs = fake.batch.log.bill
    assert ours.body == theirs.body
    assert ours.headers["X-DashScope-Async"] == theirs.headers["X-DashScope-Async"] == "enable"


def test_every_task_model_is_compared() -> None:
    models = catalog.models_of("dashscope", realtime=False)
    assert set(WISHES) == {model.name for model in models if not model.synchronous}


async def test_short_qwen_is_asked_as_the_sdk_asks(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    source = hosted(fake)
    await batch.submit([source], Options("qwen3-asr-flash", "zh", {"itn": True, "context": "names"}))
    messages = [
        {"role": "system", "content": [{"text": "names"}]},
        {"role": "user", "content": [{"audio": source.address}]},
    ]
    options = {"language": "zh", "enable_itn": True}
    conversation: Any = dashscope.MultiModalConversation
    answer = await asyncio.to_thread(conversation.call, model="qwen3-asr-flash", messages=messages, asr_options=options)
    assert answer.output.choices[0].message.content[0]["text"] == " ".join(TEXTS)
    ours, theirs = fake.batch.log.bill
    assert ours.body == theirs.body


async def test_the_sdks_upload_is_one_that_we_can_use_and_ours_is_one_like_it(
    fake: FakeDashScope, batch: DashScopeBatchEngine, tmp_path: Path
) -> None:
    path = tmp_path / "sdk.wav"
    path.write_bytes(sound_files.wav(position_code.encode(0, 40)))
    upload: Any = OssUtils.upload
    address, _ = await asyncio.to_thread(upload, model="fun-asr", file_path=str(path))
    assert address.startswith("oss://")
    from_sdk = await transcript(batch, hosted(fake).__class__(address=address), "fun-asr")
    from_us = await transcript(batch, hosted(fake).__class__(path), "fun-asr")
    assert from_sdk == from_us
    assert len(fake.batch.log.uploads) == 2


async def test_hot_word_lists_are_those_of_the_sdk(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    service: Any = VocabularyService()
    words = [{"text": "字幕", "weight": 4, "lang": "zh"}]
    name = await asyncio.to_thread(service.create_vocabulary, "fun-asr", "ours", words)
    ours = Vocabularies(batch.service)
    stored = await ours.query(name)
    assert (stored.words, stored.ready, stored.model) == ((Hotword("字幕", 4, "zh"),), True, "fun-asr")
    await ours.update(name, [Hotword("直播")])
    assert (await asyncio.to_thread(service.query_vocabulary, name))["vocabulary"] == [{"text": "直播", "weight": 4}]
    assert len(await asyncio.to_thread(service.list_vocabularies, "ours")) == 1
    await asyncio.to_thread(service.update_vocabulary, name, words)
    await asyncio.to_thread(service.delete_vocabulary, name)
    with pytest.raises(VocabularyServiceException, match="ResourceNotExist"):
        await asyncio.to_thread(service.query_vocabulary, name)


async def test_phrases_are_those_of_the_sdk(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    manager: Any = AsrPhraseManager
    made = await asyncio.to_thread(manager.create_phrases, model="paraformer-v1", phrases={"字幕": 5})
    name = made.output.finetuned_output
    ours = Phrases(batch.service)
    assert (await ours.query(name)).ready
    await ours.update("paraformer-v1", name, {"直播": 4})
    assert fake.batch.hotwords.phrases[name]["phrase_list"] == {"直播": 4}
    await asyncio.to_thread(manager.update_phrases, model="paraformer-v1", phrase_id=name, phrases={"弹幕": 3})
    told = await asyncio.to_thread(manager.query_phrases, name)
    assert (told.output.status, [entry.phrase_id for entry in await ours.all()]) == ("SUCCEEDED", [name])
    assert (await asyncio.to_thread(manager.delete_phrases, name)).status_code == 200
    assert await ours.all() == []
