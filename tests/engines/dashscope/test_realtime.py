from __future__ import annotations

import asyncio

import pytest

from subtitles.engines.base import ErrorKind, Options
from subtitles.engines.dashscope.realtime import DashScopeEngine
from subtitles.engines.dashscope.starts import StartLimiter
from tests.fakes.dashscope import KEY, FakeDashScope

V2 = Options("paraformer-realtime-v2", "zh")


def test_without_a_key_the_engine_names_the_two_ways_out() -> None:
    refusal = DashScopeEngine("  ").refuse(V2)
    assert refusal
    assert refusal.kind is ErrorKind.KEY
    assert "DASHSCOPE_API_KEY" in str(refusal)
    assert "preview" in str(refusal)


@pytest.mark.parametrize("key", ["sk-ключ", "sk-a\nb"])
def test_a_key_with_odd_characters_is_refused_before_it_meets_a_header(key: str) -> None:
    refusal = DashScopeEngine(key).refuse(V2)
    assert refusal
    assert refusal.kind is ErrorKind.KEY


@pytest.mark.parametrize(
    "options",
    [
        Options("no-such-model"),
        Options("paraformer-realtime-v2", "zh", {"no_such_option": 1}),
        Options("paraformer-realtime-v1", "zh", {"itn": True}),
        Options("paraformer-realtime-v2", "zh", {"max_sentence_silence_ms": 199}),
    ],
)
def test_what_the_catalogue_does_not_know_is_refused(options: Options) -> None:
    refusal = DashScopeEngine(KEY).refuse(options)
    assert refusal
    assert refusal.kind is ErrorKind.PARAMETERS


def test_a_model_of_another_region_is_refused_in_words() -> None:
    engine = DashScopeEngine(KEY, "wss://dashscope-intl.aliyuncs.com/api-ws/v1/inference")
    refusal = engine.refuse(V2)
    assert refusal
    assert "ap-southeast-1" in str(refusal)
    assert engine.refuse(Options("fun-asr-realtime", "zh")) is None


@pytest.mark.parametrize("options", [V2, Options(), Options("fun-asr-realtime", "sw")])
def test_the_rest_is_accepted(options: Options) -> None:
    assert DashScopeEngine(KEY).refuse(options) is None


async def test_without_a_model_the_best_one_is_used(engine: DashScopeEngine, fake: FakeDashScope) -> None:
    async with engine.open(Options()):
        assert fake.log.tasks[0].model == "paraformer-realtime-v2"


async def test_starts_pass_the_limiter(fake: FakeDashScope) -> None:
    allowed = asyncio.Event()

    async def wait(_: float) -> None:
        await allowed.wait()

    engine = DashScopeEngine(KEY, fake.websocket_url, starts=StartLimiter(1, lambda: 0.0, wait))
    async with engine.open(V2):
        pass
    second = asyncio.create_task(_enter(engine))
    await asyncio.sleep(0)
    assert len(fake.log.connections) == 1
    allowed.set()
    await second
    assert len(fake.log.connections) == 2


async def _enter(engine: DashScopeEngine) -> None:
    async with engine.open(V2):
        pass
