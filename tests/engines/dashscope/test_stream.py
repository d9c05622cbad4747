"""One recognition against a service that misbehaves in every documented way, and in some others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress

import pytest

from subtitles.engines.base import EngineError, ErrorKind, Options
from subtitles.engines.dashscope.realtime import DashScopeEngine
from subtitles.engines.dashscope.starts import StartLimiter
from subtitles.speech import AudioFormat, FinalResult, InterimResult, Result, UsageReport
from tests.engines.conformance import feed, finals, hear, leaving_quickly, transcribe
from tests.fakes import position_code
from tests.fakes.dashscope import KEY, Behaviour, FakeDashScope

TEXTS = position_code.sentences(0, 40)


def hasty(fake: FakeDashScope, start: float = 5, finish: float = 5, ping: float = 5) -> DashScopeEngine:
    return DashScopeEngine(
        KEY,
        fake.websocket_url,
        fake.http_url,
        starts=StartLimiter(1000),
        start_seconds=start,
        finish_seconds=finish,
        ping_seconds=ping,
    )


async def failure(engine: DashScopeEngine, options: Options, pcm: bytes) -> EngineError:
    """The error that the iteration ends with."""
    async with engine.open(options) as stream:
        with suppress(EngineError):
            await feed(stream, pcm)
        with pytest.raises(EngineError) as failed:
            async for _ in stream:
                pass
    return failed.value


async def test_every_word_comes_back_once_and_in_time(
    engine: DashScopeEngine, options: Options, speech: bytes, fake: FakeDashScope
) -> None:
    said = finals(await transcribe(engine, options, speech))
    assert [(final.text, final.begin_ms, final.end_ms) for final in said] == [
        (TEXTS[0], 0, 1600),
        (TEXTS[1], 2000, 3600),
    ]
    (task,) = fake.log.tasks
    assert (task.blocks, task.samples * 2, task.outcome) == ([[0, 39]], len(speech), "finished")


async def test_usage_and_the_id_to_quote_come_with_the_finals(
    engine: DashScopeEngine, options: Options, speech: bytes, fake: FakeDashScope
) -> None:
    usage = [result for result in await transcribe(engine, options, speech) if isinstance(result, UsageReport)]
    assert usage[-1].billed_seconds <= fake.log.bill == 5
    assert {report.request_id for report in usage} == {fake.log.tasks[0].task_id}


@pytest.mark.parametrize(
    "reading",
    [
        Behaviour(sentence_end=False),
        Behaviour(final_end=False),
        Behaviour(interim_end=True),
        Behaviour(foreign=True),
    ],
    ids=["no sentence_end", "finals without end", "interims with an end", "another task's results in between"],
)
async def test_every_reading_of_the_documents_gives_the_same_sentences(
    engine: DashScopeEngine, options: Options, speech: bytes, fake: FakeDashScope, reading: Behaviour
) -> None:
    fake.default = reading
    said = finals(await transcribe(engine, options, speech))
    assert [(final.text, final.end_ms) for final in said] == [(TEXTS[0], 1600), (TEXTS[1], 3600)]


async def test_heartbeats_are_not_heard_of(engine: DashScopeEngine, options: Options, fake: FakeDashScope) -> None:
    pcm = position_code.encode(0, 20) + bytes(3 * 32_000)
    results = await transcribe(engine, options, pcm)
    assert [final.text for final in finals(results)] == TEXTS[:1]
    assert isinstance(results[-1], FinalResult | UsageReport)


async def test_no_audio_is_sent_before_the_task_has_started(
    engine: DashScopeEngine, options: Options, speech: bytes, fake: FakeDashScope
) -> None:
    fake.default = Behaviour(start="held")
    heard = asyncio.create_task(transcribe(engine, options, speech))
    await fake.until(lambda: fake.log.tasks)
    fake.released.set()
    assert [final.text for final in finals(await heard)] == TEXTS


async def test_a_task_that_never_starts_is_a_network_fault(options: Options, fake: FakeDashScope) -> None:
    fake.default = Behaviour(start="never")
    with pytest.raises(EngineError) as failed:
        async with hasty(fake, start=0.05).open(options):
            pass
    assert (failed.value.kind, failed.value.retryable) == (ErrorKind.NETWORK, True)


async def test_a_task_that_never_finishes_is_a_network_fault(options: Options, fake: FakeDashScope) -> None:
    fake.default = Behaviour(lose_finish=True)
    async with hasty(fake, finish=0.05).open(options) as stream:
        with pytest.raises(EngineError) as failed:
            await asyncio.gather(stream.finish(), _all(stream))
    assert failed.value.kind is ErrorKind.NETWORK


@pytest.mark.parametrize(
    ("behaviour", "kind", "retryable"),
    [
        (Behaviour(at_ms=500, then="drop"), ErrorKind.NETWORK, True),
        (Behaviour(at_ms=500, then="close"), ErrorKind.NETWORK, True),
        (Behaviour(at_ms=500, then="close", close_code=1007), ErrorKind.PROTOCOL, True),
        (Behaviour(at_ms=500, then="malformed"), ErrorKind.PROTOCOL, True),
        pytest.param(Behaviour(at_ms=500, then="malformed", text="[" * 2_000_000), ErrorKind.PROTOCOL, True, id="2 MB"),
        (Behaviour(at_ms=500, then="binary"), ErrorKind.PROTOCOL, True),
        (Behaviour(at_ms=500, then="finish"), ErrorKind.PROTOCOL, True),
        (Behaviour(at_ms=500, then="fail", code="InternalError"), ErrorKind.BUSY, True),
        (Behaviour(at_ms=500, then="fail", code="Throttling.RateQuota"), ErrorKind.BUSY, True),
        (Behaviour(at_ms=500, then="fail", code="PostpaidBillOverdue"), ErrorKind.QUOTA, False),
        (Behaviour(at_ms=500, then="fail", code="InvalidApiKey"), ErrorKind.KEY, False),
        (Behaviour(at_ms=500, then="fail", code="NEVER_HEARD_OF"), ErrorKind.PROTOCOL, True),
    ],
    ids=lambda value: f"{value.then} {value.code}{value.close_code}" if isinstance(value, Behaviour) else str(value),
)
async def test_a_fault_in_the_middle_ends_the_iteration_with_its_kind(
    engine: DashScopeEngine,
    options: Options,
    speech: bytes,
    fake: FakeDashScope,
    behaviour: Behaviour,
    kind: ErrorKind,
    retryable: bool,
) -> None:
    fake.default = behaviour
    error = await failure(engine, options, speech[: 32_000 * 2])
    assert (error.kind, error.retryable) == (kind, retryable)


@pytest.mark.parametrize("then", ["drop", "close"])
async def test_a_break_at_any_message_is_an_error_and_never_a_false_end(
    engine: DashScopeEngine, options: Options, fake: FakeDashScope, then: str
) -> None:
    """41 messages go over the line for two seconds of speech; the last of them is task-finished."""
    for message in range(1, 41):
        fake.default = Behaviour(at_message=message, then=then)
        errors = await _errors(transcribe(engine, options, position_code.encode(0, 20)))
        assert errors, message
        assert all(error.retryable for error in errors)


async def test_a_service_that_goes_silent_is_noticed_by_pings(
    options: Options, speech: bytes, fake: FakeDashScope
) -> None:
    fake.default = Behaviour(at_message=5, then="stall")
    error = await failure(hasty(fake, ping=0.1), options, speech[:32_000])
    assert error.kind is ErrorKind.NETWORK


@pytest.mark.parametrize("code", ["NO_VALID_AUDIO_ERROR", "NO_INPUT_AUDIO_ERROR"])
async def test_nobody_spoke_is_a_normal_end(
    engine: DashScopeEngine, options: Options, fake: FakeDashScope, code: str
) -> None:
    fake.default = Behaviour(no_speech_code=code)
    assert await transcribe(engine, options, bytes(32_000)) == []


async def test_sixty_seconds_of_silence_without_heartbeat_are_a_normal_end(
    options: Options, fake: FakeDashScope
) -> None:
    engine = hasty(fake)
    quiet = Options(options.model, "zh", {"heartbeat": False})
    async with engine.open(quiet) as stream:
        listening = asyncio.create_task(_all(stream))
        await feed(stream, bytes(60 * 32_000))
        assert await listening == []
        with pytest.raises(EngineError, match="takes no more audio"):
            await feed(stream, bytes(32_000 * 60))
        await stream.finish()
    assert fake.log.tasks[0].outcome == "RequestTimeOut"


async def test_with_heartbeat_silence_may_last(engine: DashScopeEngine, options: Options, fake: FakeDashScope) -> None:
    assert await transcribe(engine, options, bytes(70 * 32_000)) == []
    assert fake.log.tasks[0].outcome == "finished"


async def test_a_client_that_sends_nothing_for_long_is_told_so_and_ends_normally(
    engine: DashScopeEngine, options: Options, fake: FakeDashScope
) -> None:
    fake.default = Behaviour(idle_seconds=0.05)
    async with engine.open(options) as stream:
        assert await _all(stream) == []
    assert fake.log.tasks[0].outcome == "CLIENT_ERROR"


async def test_an_open_interim_is_withdrawn_when_the_task_ends_without_its_final(
    engine: DashScopeEngine, options: Options, fake: FakeDashScope
) -> None:
    fake.default = Behaviour(at_ms=500, then="fail", code="NO_VALID_AUDIO_ERROR")
    async with engine.open(options) as stream:
        await feed(stream, position_code.encode(0, 5))
        results = await _all(stream)
    assert results[-1] == InterimResult("")


async def test_who_sends_learns_the_same_reason_as_who_iterates(
    engine: DashScopeEngine, options: Options, speech: bytes, fake: FakeDashScope
) -> None:
    fake.default = Behaviour(at_ms=300, then="fail", code="PrepaidBillOverdue")
    async with engine.open(options) as stream:
        listening = asyncio.create_task(_all(stream))
        with pytest.raises(EngineError) as sent:
            await feed(stream, speech * 1000)
        with pytest.raises(EngineError) as heard:
            await listening
    assert sent.value.kind is heard.value.kind is ErrorKind.QUOTA


async def test_long_audio_goes_out_in_frames_of_100_ms(
    engine: DashScopeEngine, options: Options, speech: bytes, fake: FakeDashScope
) -> None:
    async with engine.open(options) as stream:
        await stream.send(speech)
        await stream.finish()
        await _all(stream)
    assert fake.log.tasks[0].largest_frame == 3200


@pytest.mark.parametrize("model", ["paraformer-realtime-8k-v1", "paraformer-realtime-8k-v2"])
async def test_telephone_models_take_8_khz(engine: DashScopeEngine, fake: FakeDashScope, model: str) -> None:
    async with engine.open(Options(model)) as stream:
        assert stream.format == AudioFormat(8000)
        await hear(stream, bytes(16_000))
    assert fake.log.tasks[0].largest_frame == 1600


async def test_emotion_comes_from_the_model_that_has_it(engine: DashScopeEngine, fake: FakeDashScope) -> None:
    fake.play([{"text": "喂你好", "begin_ms": 100, "end_ms": 700}])
    (sentence,) = finals(await transcribe(engine, Options("paraformer-realtime-8k-v2"), bytes(16_000)))
    assert (sentence.text, sentence.emotion, sentence.emotion_confidence) == ("喂你好", "neutral", 0.9)


async def test_neither_key_nor_speech_is_logged(
    engine: DashScopeEngine, options: Options, speech: bytes, fake: FakeDashScope, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.next(Behaviour(), Behaviour(at_ms=500, then="fail", code="Odd", message=f"key {KEY} is odd"))
    await transcribe(engine, options, speech)
    await failure(engine, options, speech[:32_000])
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp"))
    assert "Odd" in ours
    assert KEY not in ours
    assert "w000001" not in ours


async def test_a_service_that_takes_no_audio_holds_the_sender_and_not_the_leaver(
    engine: DashScopeEngine, options: Options, fake: FakeDashScope
) -> None:
    fake.default = Behaviour(at_message=3, then="stall")
    async with asyncio.timeout(5), leaving_quickly(engine, options) as stream:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await stream.send(bytes(50_000_000))


async def test_who_sends_while_nobody_iterates_learns_of_the_break_too(
    engine: DashScopeEngine, options: Options, fake: FakeDashScope
) -> None:
    async with engine.open(options) as stream:
        fake.cut()
        with pytest.raises(EngineError) as failed:
            await stream.send(bytes(50_000_000))
    assert failed.value.kind is ErrorKind.NETWORK


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (Behaviour(start="never", at_message=1, then="finish"), ErrorKind.PROTOCOL),
        (Behaviour(start="never", at_message=1, then="malformed"), ErrorKind.PROTOCOL),
        (Behaviour(start="never", at_message=1, then="drop"), ErrorKind.NETWORK),
        (Behaviour(start="never", at_message=1, then="fail", code="Model.AccessDenied"), ErrorKind.QUOTA),
    ],
    ids=["finish", "malformed", "drop", "fail"],
)
async def test_a_task_that_cannot_start_is_refused_at_the_door(
    engine: DashScopeEngine, options: Options, fake: FakeDashScope, behaviour: Behaviour, kind: ErrorKind
) -> None:
    fake.default = behaviour
    with pytest.raises(EngineError) as failed:
        async with engine.open(options):
            pass
    assert failed.value.kind is kind


async def test_being_cancelled_again_while_leaving_still_closes_the_connection(
    engine: DashScopeEngine, options: Options, fake: FakeDashScope
) -> None:
    async def stay() -> None:
        async with engine.open(options):
            await asyncio.Event().wait()

    staying = asyncio.create_task(stay())
    await fake.until(lambda: fake.log.tasks)
    await asyncio.sleep(0)
    staying.cancel()
    await asyncio.sleep(0)
    staying.cancel()
    await asyncio.gather(staying, return_exceptions=True)
    await fake.until(lambda: not fake.log.connections[0].open)


async def _errors(recognition: Awaitable[object]) -> list[EngineError]:
    found: list[EngineError] = []
    try:
        await recognition
    except* EngineError as group:
        found += _flat(group)
    return found


def _flat(group: ExceptionGroup[EngineError]) -> list[EngineError]:
    found: list[EngineError] = []
    for error in group.exceptions:
        found += _flat(error) if isinstance(error, ExceptionGroup) else [error]
    return found


async def _all(stream: object) -> list[Result]:
    return [result async for result in stream]  # type: ignore[attr-defined]
