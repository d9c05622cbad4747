"""What goes wrong with recordings: said in one class of error, nothing repeated that may be billed, nobody misled."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from subtitles.engines.base import (
    BatchResult,
    EngineError,
    ErrorKind,
    LostTicket,
    Options,
    Pending,
    Source,
    Ticket,
    Transcribed,
    Unanswered,
)
from subtitles.engines.dashscope.batch import DashScopeBatchEngine
from tests.engines.dashscope.recordings import TEXTS, failure, finished, hosted, result, transcript
from tests.fakes import position_code, sound_files
from tests.fakes.dashscope import KEY, BatchBehaviour, FakeDashScope

FLASH = "fun-asr-flash-2026-06-15"
AT_ONCE = [FLASH, "qwen3-asr-flash", "qwen3-omni-flash"]


@pytest.fixture(autouse=True)
def _quick(fake: FakeDashScope) -> None:
    fake.batch.default = BatchBehaviour(polls=0)


async def submitted(batch: DashScopeBatchEngine, source: Source, model: str = "fun-asr") -> Ticket:
    ticket = await batch.submit([source], Options(model))
    assert isinstance(ticket, Ticket)
    return ticket


# --- the submit


@pytest.mark.parametrize(
    ("status", "code", "kind", "retryable"),
    [
        (429, "Throttling.RateQuota", ErrorKind.BUSY, True),
        (429, "", ErrorKind.BUSY, True),
        (429, "PrepaidBillOverdue", ErrorKind.QUOTA, False),
        (429, "PostpaidBillOverdue", ErrorKind.QUOTA, False),
        (429, "CommodityNotPurchased", ErrorKind.QUOTA, False),
        (403, "AllocationQuota.FreeTierOnly", ErrorKind.QUOTA, False),
        (403, "Model.AccessDenied", ErrorKind.QUOTA, False),
        (401, "InvalidApiKey", ErrorKind.KEY, False),
        (400, "InvalidParameter", ErrorKind.PARAMETERS, False),
        (404, "NotFound", ErrorKind.PARAMETERS, False),
        (500, "InternalError", ErrorKind.BUSY, True),
        (503, "", ErrorKind.BUSY, True),
    ],
)
async def test_a_refused_submit_is_not_billed_and_says_whether_to_try_again(
    fake: FakeDashScope, batch: DashScopeBatchEngine, status: int, code: str, kind: ErrorKind, retryable: bool
) -> None:
    for model in ("fun-asr", *AT_ONCE):
        fake.batch.next(BatchBehaviour(refuse=status, code=code, retry_after="7"))
        with pytest.raises(EngineError) as caught:
            await batch.submit([Source(address="https://example.org/a.wav")], Options(model))
        error = caught.value
        assert not isinstance(error, Unanswered)
        assert (error.kind, error.retryable, error.retry_after) == (kind, retryable, 7.0 if retryable else None)
    assert fake.batch.log.bill == []


@pytest.mark.parametrize(
    "behaviour",
    [BatchBehaviour(lose_answer=True), BatchBehaviour(answer='{"output": {'), BatchBehaviour(refuse=504)],
    ids=["lost", "malformed", "gateway"],
)
async def test_an_answer_that_was_lost_leaves_it_open_whether_the_recording_was_taken(
    fake: FakeDashScope, batch: DashScopeBatchEngine, behaviour: BatchBehaviour
) -> None:
    models = ["fun-asr", "qwen3-asr-flash-filetrans", *AT_ONCE]
    for model in models:
        fake.batch.next(behaviour)
        with pytest.raises(Unanswered) as caught:
            await batch.submit([hosted(fake)], Options(model))
        assert not caught.value.retryable
    assert [submit.model for submit in fake.batch.log.submits] == models


@pytest.mark.parametrize("answer", ["{}", '{"output": {"task_id": "../../x"}}', '{"output": {"task_id": 5}}', "[1]"])
async def test_a_task_without_a_usable_name_is_an_open_question(
    fake: FakeDashScope, batch: DashScopeBatchEngine, answer: str
) -> None:
    fake.batch.next(BatchBehaviour(answer=answer))
    with pytest.raises(Unanswered):
        await batch.submit([hosted(fake)], Options("fun-asr"))


async def test_an_answer_that_does_not_come_in_time_is_an_open_question(fake: FakeDashScope) -> None:
    fake.batch.next(BatchBehaviour(held=True))
    engine = DashScopeBatchEngine(KEY, fake.http_url, sync_seconds=0.3, loopback=True)
    with pytest.raises(Unanswered):
        await engine.submit([hosted(fake)], Options(FLASH))


async def test_nobody_there_is_not_an_open_question(fake: FakeDashScope) -> None:
    engine = DashScopeBatchEngine(KEY, "http://127.0.0.1:9/api/v1", loopback=True)
    with pytest.raises(EngineError) as caught:
        await engine.submit([hosted(fake)], Options("fun-asr"))
    assert (type(caught.value), caught.value.kind, caught.value.retryable) == (EngineError, ErrorKind.NETWORK, True)


async def test_a_wrong_key_is_named(fake: FakeDashScope) -> None:
    for model in ("fun-asr", *AT_ONCE):
        with pytest.raises(EngineError) as caught:
            await DashScopeBatchEngine("sk-wrong", fake.http_url, loopback=True).submit([hosted(fake)], Options(model))
        assert caught.value.kind is ErrorKind.KEY


async def test_only_one_address_is_taken_by_newer_documents(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    fake.batch.default = BatchBehaviour(polls=0, most_addresses=1)
    with pytest.raises(EngineError) as caught:
        await batch.submit([hosted(fake, "a.wav"), hosted(fake, "b.wav")], Options("fun-asr"))
    assert caught.value.kind is ErrorKind.PARAMETERS
    assert (await transcript(batch, hosted(fake), "fun-asr")).sentences


# --- asking


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_task_is_asked_about_with_the_method_that_the_service_takes(
    fake: FakeDashScope, batch: DashScopeBatchEngine, method: str
) -> None:
    fake.batch.default = BatchBehaviour(polls=0, query=method)
    assert (await transcript(batch, hosted(fake), "fun-asr")).sentences


async def test_a_query_that_fails_may_be_repeated(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    ticket = await submitted(batch, hosted(fake))
    fake.batch.query_faults = [(500, "InternalError"), (429, "Throttling"), (502, ""), (200, "")]
    for _ in range(4):
        with pytest.raises(EngineError) as caught:
            await batch.check(ticket)
        assert caught.value.retryable
    assert isinstance(await batch.check(ticket), BatchResult)


async def test_a_key_that_expires_in_the_middle_is_named(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    ticket = await submitted(batch, hosted(fake))
    expired = DashScopeBatchEngine("sk-expired", fake.http_url, loopback=True)
    with pytest.raises(EngineError) as caught:
        await expired.check(ticket)
    assert (caught.value.kind, caught.value.retryable) == (ErrorKind.KEY, False)
    assert (await finished(batch, ticket)).recordings


async def test_an_unknown_task_is_lost(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    with pytest.raises(LostTicket):
        await batch.check(Ticket("no-such-task", "fun-asr", ("https://example.org/a.wav",)))


async def test_a_task_of_yesterday_is_lost() -> None:
    time = [1_000_000.0]
    async with FakeDashScope(now=lambda: time[0]) as fake:
        engine = DashScopeBatchEngine(KEY, fake.http_url, loopback=True)
        ticket = await submitted(engine, hosted(fake))
        time[0] += 24 * 3600 + 1
        with pytest.raises(LostTicket):
            await engine.check(ticket)


@pytest.mark.parametrize(("status", "pending"), [("SUSPENDED", True), ("SOMETHING", False)])
async def test_a_state_that_is_not_documented(
    fake: FakeDashScope, batch: DashScopeBatchEngine, status: str, pending: bool
) -> None:
    fake.batch.default = BatchBehaviour(status=status)
    ticket = await submitted(batch, hosted(fake))
    if pending:
        assert await batch.check(ticket) == Pending()
        return
    with pytest.raises(EngineError, match="task_status"):
        await batch.check(ticket)


# --- how it ends


@pytest.mark.parametrize("all_failed", ["SUCCEEDED", "FAILED", "bare"])
async def test_a_task_of_which_everything_failed_has_three_faces(
    fake: FakeDashScope, batch: DashScopeBatchEngine, all_failed: str
) -> None:
    fake.batch.default = BatchBehaviour(polls=0, failed_files=(0,), all_failed=all_failed)
    error = await failure(batch, hosted(fake))
    assert (error.kind, error.code, error.retryable) == (ErrorKind.PARAMETERS, "InvalidFile.DecodeFailed", False)


@pytest.mark.parametrize("code", ["SUCCESS_WITH_NO_VALID_FRAGMENT", "ASR_RESPONSE_HAVE_NO_WORDS", ""])
@pytest.mark.parametrize("model", ["fun-asr", "qwen3-asr-flash-filetrans"])
async def test_silence_is_an_empty_transcript_in_each_of_them(
    fake: FakeDashScope, batch: DashScopeBatchEngine, model: str, code: str
) -> None:
    silence = hosted(fake, content=sound_files.wav(bytes(32_000)))
    for all_failed in ("SUCCEEDED", "FAILED", "bare"):
        fake.batch.default = BatchBehaviour(polls=0, silence_code=code, all_failed=all_failed)
        assert (await transcript(batch, silence, model)).sentences == ()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("FILE_403_FORBIDDEN", ErrorKind.PARAMETERS),
        ("FILE_TOO_LARGE", ErrorKind.PARAMETERS),
        ("AUDIO_DURATION_TOO_LONG", ErrorKind.PARAMETERS),
        ("MKV_PARSE_FAILED", ErrorKind.PARAMETERS),
        ("DECODE_ERROR", ErrorKind.PARAMETERS),
        ("REQUEST_INVALID_FILE_URL_VALUE", ErrorKind.PARAMETERS),
        ("FILE_SERVER_ERROR", ErrorKind.NETWORK),
        ("InternalError.Timeout", ErrorKind.BUSY),
        ("Throttling", ErrorKind.BUSY),
        ("SOMETHING_NEW", ErrorKind.PROTOCOL),
    ],
)
async def test_what_failed_is_over_and_the_class_of_its_code_says_why(
    fake: FakeDashScope, batch: DashScopeBatchEngine, code: str, kind: ErrorKind
) -> None:
    for whole_task in ("", code):
        fake.batch.default = BatchBehaviour(polls=0, fail=whole_task, failed_files=(0,), file_code=code)
        error = await failure(batch, hosted(fake))
        assert (error.kind, error.retryable, error.code) == (kind, False, code)


async def test_an_expired_task_says_so_by_its_code(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    fake.batch.default = BatchBehaviour(polls=0, fail="FILE_TRANS_TASK_EXPIRED")
    with pytest.raises(LostTicket):
        await batch.check(await submitted(batch, hosted(fake)))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 not a sound", "InvalidFile.DecodeFailed"),
        (b"", "InvalidFile.DecodeFailed"),
        (sound_files.wav(b""), "InvalidFile.DecodeFailed"),
    ],
    ids=["zip", "empty", "no samples"],
)
async def test_what_is_no_sound_fails_at_the_service(
    fake: FakeDashScope, batch: DashScopeBatchEngine, content: bytes, code: str
) -> None:
    source = Source(address=fake.batch.host("a.wav", content))
    assert (await failure(batch, source)).code == code


async def test_a_model_for_telephones_does_not_take_other_rates(
    fake: FakeDashScope, batch: DashScopeBatchEngine
) -> None:
    assert (await failure(batch, hosted(fake), "paraformer-8k-v2")).code == "FILE_NORMALIZE_FAILED"


async def test_an_address_that_leads_nowhere_fails_at_the_service(
    fake: FakeDashScope, batch: DashScopeBatchEngine
) -> None:
    error = await failure(batch, Source(address=f"{fake.batch.root}/files/none.wav"))
    assert error.code == "FILE_404_NOT_FOUND"


# --- the result


async def test_a_result_that_is_gone_is_lost(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    fake.batch.default = BatchBehaviour(polls=0, result="expired")
    with pytest.raises(LostTicket):
        await batch.check(await submitted(batch, hosted(fake)))


@pytest.mark.parametrize("result", ["foreign", "inner", "redirect", "unsafe"])
async def test_a_result_elsewhere_is_not_fetched(fake: FakeDashScope, batch: DashScopeBatchEngine, result: str) -> None:
    fake.batch.default = BatchBehaviour(polls=0, result=result)
    error = await failure(batch, hosted(fake))
    assert (error.kind, error.code, error.retryable) == (ErrorKind.PROTOCOL, "foreign-address", False)


@pytest.mark.parametrize("result", ["malformed", "nan", "overflow", "deep", "list", "surrogate", "endless"])
async def test_a_result_that_makes_no_sense_fails_its_recording(
    fake: FakeDashScope, batch: DashScopeBatchEngine, result: str
) -> None:
    fake.batch.default = BatchBehaviour(polls=0, result=result)
    error = await failure(batch, hosted(fake))
    assert (error.kind, error.code, error.retryable) == (ErrorKind.PROTOCOL, "malformed", False)


async def test_one_recordings_bad_result_leaves_the_other(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    fake.batch.default = BatchBehaviour(polls=0, result="foreign", failed_files=(1,))
    done = await result(batch, [hosted(fake, "a.wav"), hosted(fake, "b.wav")], "fun-asr")
    codes = [recording.code for recording in done.recordings if isinstance(recording, EngineError)]
    assert codes == ["foreign-address", "InvalidFile.DecodeFailed"]


async def test_sentences_out_of_order_are_put_in_order(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    fake.batch.default = BatchBehaviour(polls=0, result="unordered")
    assert [sentence.text for sentence in (await transcript(batch, hosted(fake), "fun-asr")).sentences] == TEXTS


# --- streams


@pytest.mark.parametrize("model", [FLASH, "qwen3-omni-flash"])
async def test_a_stream_that_ends_in_the_middle_is_an_open_question(
    fake: FakeDashScope, batch: DashScopeBatchEngine, model: str
) -> None:
    fake.batch.default = BatchBehaviour(cut_stream=True)
    with pytest.raises(Unanswered):
        await batch.submit([hosted(fake)], Options(model))


async def test_an_error_in_a_stream_is_the_services(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    fake.batch.default = BatchBehaviour(stream_error="InternalError.Algo")
    with pytest.raises(EngineError) as caught:
        await batch.submit([hosted(fake)], Options(FLASH))
    assert (caught.value.kind, caught.value.code) == (ErrorKind.BUSY, "InternalError.Algo")


async def test_more_than_five_minutes_is_refused_at_once(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    long = sound_files.flac(bytes(2 * 16_000 * 301))
    source = Source(address=fake.batch.host("a.flac", long), container="flac")
    with pytest.raises(EngineError, match="too long"):
        await batch.submit([source], Options("qwen3-asr-flash"))
    assert fake.batch.log.bill == []


# --- silence about secrets


@pytest.fixture
def _everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.INFO):
        yield


@pytest.mark.usefixtures("_everything_logged")
async def test_neither_key_nor_signed_address_nor_speech_reaches_the_log(
    fake: FakeDashScope, batch: DashScopeBatchEngine, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(sound_files.wav(position_code.encode(0, 20)))
    recording = await transcript(batch, Source(path), "fun-asr")
    assert isinstance(recording, Transcribed)
    assert not [word for word in (KEY, "Signature", "w000001") if word in caplog.text]
    assert KEY not in repr(batch.service)
