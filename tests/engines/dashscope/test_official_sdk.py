"""The official SDK, unchanged, against the fake: what the fake takes and says is what the SDK says and takes.

And what the SDK sends is what we send, as JSON, for the same wishes.
"""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import dashscope
import pytest
from dashscope.audio.asr import Recognition, RecognitionCallback, RecognitionResult

from subtitles.engines import catalog
from subtitles.engines.base import Options
from subtitles.engines.dashscope import protocol
from subtitles.engines.dashscope.parameters import ask
from tests.fakes import position_code
from tests.fakes.dashscope import KEY, FakeDashScope
from tests.fakes.dashscope.recordings import AUDIO, known

HELLO = AUDIO / "zhen_hello_lab.wav"
HELLO_TEXT = "Hello world, 这里是阿里巴巴语音实验室。"

# The SDK's own annotations leave out what it documents: no callback, more parameters, a list of sentences.
Sdk: Any = Recognition

WISHES: dict[str, dict[str, Any]] = {
    "paraformer-realtime-v2": {
        "language_hints": ["zh", "en"],
        "disfluency_removal": True,
        "max_sentence_silence_ms": 1000,
        "multi_threshold": True,
        "itn": False,
        "vocabulary_id": "vocab-1",
    },
    "paraformer-realtime-8k-v2": {"semantic_punctuation": True, "punctuation": False},
    "paraformer-realtime-v1": {"phrase_id": "phrase-1", "disfluency_removal": True},
    "paraformer-realtime-8k-v1": {},
    "fun-asr-realtime": {"language_hints": ["ja"], "speech_noise_threshold": -0.5, "heartbeat": False},
}


class Callback(RecognitionCallback):
    """Collects what the SDK reports; it calls from a thread of its own."""

    def __init__(self) -> None:
        self.sentences: list[Any] = []
        self.completed = threading.Event()
        self.error = ""

    def on_complete(self) -> None:
        self.completed.set()

    def on_error(self, result: RecognitionResult) -> None:
        self.error = f"{result.code}: {result.message}"

    def on_event(self, result: RecognitionResult) -> None:
        self.sentences.append(result.get_sentence())


@pytest.fixture(autouse=True)
def _sdk(fake: FakeDashScope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashscope, "api_key", KEY)
    monkeypatch.setattr(dashscope, "base_websocket_api_url", fake.websocket_url)


async def test_a_file_is_recognised_by_the_sdks_blocking_call(fake: FakeDashScope) -> None:
    fake.play(**known(HELLO.name))
    recognition = Sdk(model="paraformer-realtime-v2", format="wav", sample_rate=16000, callback=None)
    result = await asyncio.to_thread(recognition.call, str(HELLO))
    (sentence,) = result.get_sentence()
    assert (result.status_code, sentence["text"], sentence["begin_time"]) == (200, HELLO_TEXT, 0)
    assert result.get_usage(sentence) == {"duration": 5}
    assert fake.log.tasks[0].outcome == "finished"


async def test_a_stream_is_recognised_by_the_sdks_callbacks(fake: FakeDashScope) -> None:
    callback = Callback()
    recognition = Sdk(model="paraformer-realtime-v2", format="pcm", sample_rate=16000, callback=callback)
    await asyncio.to_thread(_stream, recognition, position_code.encode(0, 40))
    finals = [sentence["text"] for sentence in callback.sentences if sentence["sentence_end"]]
    assert finals == position_code.sentences(0, 40)
    assert callback.completed.is_set()
    assert not callback.error
    assert fake.log.tasks[0].blocks == [[0, 39]]


async def test_the_sdk_is_told_what_it_did_wrong(fake: FakeDashScope) -> None:
    recognition = Sdk(model="paraformer-realtime-v9", format="wav", sample_rate=16000, callback=None)
    result = await asyncio.to_thread(recognition.call, str(HELLO))
    assert (result.status_code, result.code) == (44, "ModelNotFound")


async def test_a_wrong_key_is_refused_as_the_sdk_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashscope, "api_key", "sk-wrong")
    recognition = Sdk(model="paraformer-realtime-v2", format="wav", sample_rate=16000, callback=None)
    result = await asyncio.to_thread(recognition.call, str(HELLO))
    assert (result.status_code, result.message) == (401, "Unauthorized, your api-key is invalid!")


@pytest.mark.parametrize("name", WISHES)
async def test_our_run_task_is_the_sdks(fake: FakeDashScope, name: str) -> None:
    model = catalog.find("dashscope", name)
    assert model
    asked = ask(model, Options(name, "", WISHES[name]))
    recognition = Sdk(model=name, format="pcm", sample_rate=asked.sample_rate, callback=Callback(), **asked.parameters)
    await asyncio.to_thread(_stream, recognition, b"", phrase_id=asked.phrase_id)
    (task,) = fake.log.tasks
    ours = protocol.run_task(
        task.task_id, name, asked.sample_rate, asked.parameters, phrase_id=asked.phrase_id, audio_format="pcm"
    )
    assert json.loads(ours) == task.command
    assert task.outcome == "finished"


def test_every_model_is_compared() -> None:
    assert set(WISHES) == {model.name for model in catalog.models_of("dashscope")}


def _stream(recognition: Any, pcm: bytes, **start: Any) -> None:
    recognition.start(**start)
    for at in range(0, len(pcm), 3200):
        recognition.send_audio_frame(pcm[at : at + 3200])
    recognition.stop()
