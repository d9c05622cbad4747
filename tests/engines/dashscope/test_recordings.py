"""Real recordings through the engine: Chinese, and English with Chinese, as the owner's documents show them."""

from __future__ import annotations

import pytest

from subtitles.engines.base import Options
from subtitles.engines.dashscope.realtime import DashScopeEngine
from tests.engines.conformance import finals, transcribe
from tests.fakes.dashscope import FakeDashScope
from tests.fakes.dashscope.recognisers import recording
from tests.fakes.dashscope.recordings import AUDIO, known

TEXTS = {
    "zhen_hello_lab.wav": "Hello world, 这里是阿里巴巴语音实验室。",
    "zh_funasr_example.wav": "欢迎大家来体验达摩院推出的语音识别模型。",
}


@pytest.mark.parametrize("name", TEXTS)
async def test_a_recording_becomes_its_sentence(engine: DashScopeEngine, fake: FakeDashScope, name: str) -> None:
    fake.play(**known(name))
    (sentence,) = finals(await transcribe(engine, Options("paraformer-realtime-v2", "zh"), recording(AUDIO / name)))
    assert sentence.text == TEXTS[name]
    assert "".join(word.text + word.punctuation for word in sentence.words) == sentence.text
    assert all(word.begin_ms < word.end_ms for word in sentence.words)
