"""After an answer that was lost: did the service take the recording?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from subtitles.engines.base import BatchResult, EngineError, ErrorKind, Options, Source, Unanswered
from subtitles.engines.dashscope.batch import DashScopeBatchEngine
from tests.engines.dashscope.recordings import hosted
from tests.fakes.dashscope import BatchBehaviour, FakeDashScope

FUN = Options("fun-asr")


async def lost_submit(fake: FakeDashScope, batch: DashScopeBatchEngine, sources: list[Source]) -> None:
    fake.batch.next(BatchBehaviour(polls=0, lose_answer=True, swap=True))
    with pytest.raises(Unanswered):
        await batch.submit(sources, FUN)


async def test_a_task_whose_answer_was_lost_is_found_and_paid_once(
    fake: FakeDashScope, batch: DashScopeBatchEngine
) -> None:
    since = datetime.now(UTC)
    fake.batch.default = BatchBehaviour(polls=0)
    wanted = [hosted(fake, "a.wav"), hosted(fake, "b.wav")]
    await batch.submit([hosted(fake, "other.wav")], FUN)
    await batch.submit([wanted[0]], FUN)
    await lost_submit(fake, batch, wanted)
    ticket = await batch.find(wanted, FUN, since)
    assert ticket
    assert ticket.task_id == fake.batch.log.bill[-1].task_id
    assert isinstance(await batch.check(ticket), BatchResult)
    assert len(fake.batch.log.bill) == 3


async def test_a_submit_that_never_arrived_is_not_found(fake: FakeDashScope, batch: DashScopeBatchEngine) -> None:
    fake.batch.default = BatchBehaviour(polls=0)
    await batch.submit([hosted(fake, "other.wav")], FUN)
    await batch.submit([hosted(fake, "a.wav")], Options("fun-asr-mtl"))
    assert await batch.find([hosted(fake, "a.wav")], FUN, datetime.now(UTC)) is None


async def test_an_older_task_of_the_same_recording_is_another_one(
    fake: FakeDashScope, batch: DashScopeBatchEngine
) -> None:
    fake.batch.default = BatchBehaviour(polls=0)
    source = hosted(fake)
    await batch.submit([source], FUN)
    assert await batch.find([source], FUN, datetime.now(UTC) + timedelta(hours=1)) is None


async def test_while_a_task_runs_that_may_be_it_nothing_is_decided(
    fake: FakeDashScope, batch: DashScopeBatchEngine
) -> None:
    await batch.submit([hosted(fake)], FUN)
    with pytest.raises(EngineError, match="Look again") as caught:
        await batch.find([hosted(fake)], FUN, datetime.now(UTC))
    assert (caught.value.kind, caught.value.retryable) == (ErrorKind.BUSY, True)


@pytest.mark.parametrize(
    "model", ["qwen3-asr-flash-filetrans", "qwen3-asr-flash", "qwen3-omni-flash", "fun-asr-flash-2026-06-15"]
)
async def test_what_leaves_no_trace_cannot_be_looked_up(
    fake: FakeDashScope, batch: DashScopeBatchEngine, model: str
) -> None:
    with pytest.raises(EngineError, match="cannot be looked up"):
        await batch.find([hosted(fake)], Options(model), datetime.now(UTC))
