from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError
from django.utils import timezone

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.jobs import database as database_module
from subtitles.jobs import failures, leases, queue, runner
from subtitles.jobs.database import Database
from subtitles.jobs.steps import Lane, Next, State
from subtitles.jobs.work import Work
from subtitles.models import Job
from tests.jobs.conftest import running
from tests.jobs.scripted import Gate, Scripted


@pytest.fixture(autouse=True)
def _only_when_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LOOK_EVERY_S", 60.0)


async def put(database: Database, *keys: str) -> list[int]:
    return [(await database.run(partial(queue.enqueue, "scripted", key))).job.pk for key in keys]


async def job(database: Database, key: str = "a") -> Job:
    return await database.run(lambda: Job.objects.get(key=key))


async def test_a_job_is_taken_up_as_soon_as_it_is_committed(kind: Scripted, database: Database) -> None:
    async with running():
        await put(database, "a")
        await kind.until_over()
    done = await job(database)
    assert (done.state, done.lease_until, done.owner) == ("done", None, "")
    assert done.finished_at


async def test_steps_follow_one_another_in_one_claim(kind: Scripted, database: Database) -> None:
    kind.script.extend([Next(State.PREPARED, step="cutting", percent=30), Next(State.FETCHED)])
    async with running():
        await put(database, "a")
        await kind.until_over()
    assert kind.seen == ["a queued", "a prepared", "a fetched"]
    assert (await job(database)).fence == 1


async def test_a_step_for_later_is_done_later_without_being_asked(kind: Scripted, database: Database) -> None:
    kind.script.append(Next(State.WAITING, after_s=0.05))
    async with running():
        await put(database, "a")
        await kind.until_over()
    assert (await job(database)).fence == 2


@pytest.mark.parametrize(("due_s", "pause_s"), [(0.05, runner.LOOK_AGAIN_S), (7.0, 7.0)])
async def test_what_becomes_due_within_a_moment_is_waited_for(
    kind: Scripted, database: Database, due_s: float, pause_s: float
) -> None:
    now = timezone.now()
    await put(database, "a")
    await database.run(lambda: Job.objects.update(run_at=now + timedelta(seconds=due_s)))
    worker = runner.Runner(now=lambda: now)
    assert await worker._fill() == pause_s
    await worker._database.stop()


async def test_no_more_are_worked_at_than_the_lane_has_room_for(kind: Scripted, database: Database) -> None:
    kind.lanes = (Lane(at_once=2),)
    first, second = Gate(Next(State.DONE)), Gate(Next(State.DONE))
    kind.script.extend([first, second])
    async with running():
        await put(database, "a", "b", "c")
        await asyncio.gather(first.entered.wait(), second.entered.wait())
        assert len(kind.seen) == 2
        first.open.set()
        await kind.until_over(2)
        assert len(kind.seen) == 3
        second.open.set()
        await kind.until_over(3)


async def test_what_has_begun_does_not_wait_behind_what_has_not(kind: Scripted, database: Database) -> None:
    kind.lanes = (Lane((State.QUEUED,), 1), Lane((State.WAITING,), 1))
    gate = Gate(Next(State.DONE))
    kind.script.extend([Next(State.WAITING, after_s=0.01), gate])
    async with running():
        await put(database, "begun")
        await asyncio.wait_for(gate.entered.wait(), 20)
        await put(database, "new")
        await kind.until_over()
        assert kind.cleaned == ["new done"]
        gate.open.set()
        await kind.until_over(2)


async def test_a_failed_step_is_tried_again_with_the_words_shown_meanwhile(
    kind: Scripted, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "FIRST_PAUSE_S", 0.01)
    kind.script.append(EngineError(ErrorKind.NETWORK, "The line is down."))
    meanwhile: list[tuple[str, int]] = []

    async def look(work: Work) -> Next:
        meanwhile.append((work.job.error_message, work.job.attempts))
        return Next(State.DONE)

    kind.script.append(look)
    async with running():
        await put(database, "a")
        await kind.until_over()
    assert meanwhile == [("The line is down.", 1)]
    done = await job(database)
    assert (done.error_message, done.attempts) == ("", 0)


async def test_a_hopeless_step_fails_in_words(kind: Scripted, database: Database) -> None:
    kind.script.append(EngineError(ErrorKind.KEY, "The key is wrong."))
    async with running():
        await put(database, "a")
        await kind.until_over()
    failed = await job(database)
    assert (failed.state, failed.error_kind, failed.error_message) == ("failed", "key", "The key is wrong.")


# --- cancelling -------------------------------------------------------------------------------------------------------


async def test_a_job_asked_to_stop_takes_no_further_step(kind: Scripted, database: Database) -> None:
    gate = Gate(Next(State.PREPARED))
    kind.script.append(gate)
    async with running():
        [number] = await put(database, "a")
        await gate.entered.wait()
        await database.run(partial(queue.cancel, number))
        gate.open.set()
        await kind.until_over()
    assert (kind.seen, kind.cancelled) == (["a queued"], ["a prepared"])
    assert (await job(database)).state == "cancelled"


async def test_a_waiting_job_hears_at_once_that_it_shall_stop(kind: Scripted, database: Database) -> None:
    kind.script.append(Next(State.WAITING, after_s=3600))
    async with running() as this:
        [number] = await put(database, "a")
        await kind.until(lambda: kind.seen == ["a queued"])
        await asyncio.wait(list(this._held))
        await database.run(partial(queue.cancel, number))
        await kind.until_over()
    assert kind.cancelled == ["a waiting"]


async def test_a_long_step_that_tells_its_progress_can_be_stopped_in_the_middle(
    kind: Scripted, database: Database
) -> None:
    reached: list[int] = []
    asked = asyncio.Event()

    async def long(work: Work) -> Next:
        for percent in range(100):
            reached.append(percent)
            if percent == 3:
                await database.run(partial(queue.cancel, work.job.pk))
            await work.progress("downloading", percent)
        asked.set()
        return Next(State.DONE)

    kind.script.append(long)
    async with running():
        await put(database, "a")
        await kind.until_over()
    assert reached == [0, 1, 2, 3]
    assert not asked.is_set()
    assert kind.cancelled == ["a queued"]


# --- leases -----------------------------------------------------------------------------------------------------------


async def test_a_heartbeat_keeps_the_lease(kind: Scripted, database: Database) -> None:
    gate = Gate(Next(State.DONE))
    kind.script.append(gate)
    async with running() as this:
        await put(database, "a")
        await gate.entered.wait()
        before = (await job(database)).lease_until
        await this.renew()
        after = (await job(database)).lease_until
        assert before
        assert after
        assert after > before
        gate.open.set()


async def test_a_step_whose_lease_is_lost_is_stopped_and_writes_nothing(kind: Scripted, database: Database) -> None:
    stopped = asyncio.Event()

    async def step(work: Work) -> Next:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        raise AssertionError("unreachable")

    kind.script.append(step)
    async with running() as this:
        [number] = await put(database, "a")
        await kind.until(lambda: bool(kind.seen))
        later = timezone.now() + timedelta(hours=1)
        theirs = {"fence": 9, "owner": "other", "lease_until": later}
        await database.run(lambda: Job.objects.filter(pk=number).update(**theirs))
        await this.renew()
        await asyncio.wait_for(stopped.wait(), 20)
    kept = await job(database)
    assert (kept.state, kept.fence, kept.owner, kept.lease_until) == ("queued", 9, "other", later)


async def test_a_job_whose_worker_died_is_taken_over(kind: Scripted, database: Database) -> None:
    [number] = await put(database, "a")
    long_ago = timezone.now() - timedelta(seconds=1)
    dead = {"fence": 4, "owner": "dead", "lease_until": long_ago, "state": State.WAITING}
    await database.run(lambda: Job.objects.filter(pk=number).update(**dead))
    async with running():
        await kind.until_over()
    assert (kind.seen, (await job(database)).fence) == (["a waiting"], 5)


async def test_an_erased_job_stops_its_worker_without_noise(
    kind: Scripted, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate(Next(State.DONE))
    kind.script.append(gate)
    async with running() as this:
        await put(database, "a")
        await gate.entered.wait()
        await database.run(Job.objects.all().delete)
        gate.open.set()
        await asyncio.wait(list(this._held))
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


# --- shutting down ----------------------------------------------------------------------------------------------------


async def test_a_drain_lets_a_step_end_and_begins_no_other(kind: Scripted, database: Database) -> None:
    gate = Gate(Next(State.PREPARED))
    kind.script.append(gate)
    async with running() as this:
        await put(database, "a")
        await gate.entered.wait()
        draining = asyncio.create_task(this.drain())
        await asyncio.sleep(0)
        gate.open.set()
        await draining
        runner._runners.clear()
    left = await job(database)
    assert (left.state, left.lease_until, kind.seen) == ("prepared", None, ["a queued"])


async def test_a_step_that_does_not_end_is_cut_short_and_let_go(kind: Scripted, database: Database) -> None:
    gate = Gate(Next(State.DONE))
    kind.script.append(gate)
    async with running() as this:
        await put(database, "a")
        await gate.entered.wait()
        await this.drain(last_steps_s=0.0)
        runner._runners.clear()
    left = await job(database)
    assert (left.state, left.lease_until, left.owner) == ("queued", None, "")
    assert left.run_at <= timezone.now()


async def test_where_jobs_are_left_to_others_the_server_starts_no_runner(kind: Scripted, settings: Any) -> None:
    settings.SUBTITLES_JOBS_IN_SERVER = False
    await runner.start()
    assert asyncio.get_running_loop() not in runner._runners
    settings.SUBTITLES_JOBS_IN_SERVER = True
    await runner.start()
    assert asyncio.get_running_loop() in runner._runners
    await runner.drain()


# --- the database is locked -------------------------------------------------------------------------------------------


async def test_an_arrow_is_written_as_soon_as_the_database_can_be(
    kind: Scripted, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "RETRY_S", 0.01)
    refused = fail_first(monkeypatch, "move", 3)
    async with running():
        await put(database, "a")
        await kind.until_over()
    assert (len(refused), kind.seen) == (3, ["a queued"])
    assert (await job(database)).state == "done"


async def test_looking_for_work_goes_on_after_the_database_was_away(
    kind: Scripted, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "LOOK_EVERY_S", 0.01)
    refused = fail_first(monkeypatch, "claim", 3)
    async with running():
        await put(database, "a")
        await kind.until_over()
    assert len(refused) == 3


def fail_first(monkeypatch: pytest.MonkeyPatch, name: str, times: int) -> list[DatabaseError]:
    real = getattr(leases, name)
    refused: list[DatabaseError] = []

    def locked(*arguments: Any) -> Any:
        if len(refused) < times:
            refused.append(OperationalError("database is locked"))
            raise refused[-1]
        return real(*arguments)

    monkeypatch.setattr(leases, name, locked)
    return refused


async def test_what_an_arrow_cannot_write_is_a_failure_like_any_other(
    kind: Scripted, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(failures, "MOST_ATTEMPTS_WITH_A_FAULT", 2)

    def write() -> None:
        raise KeyError("as the test wants it")

    kind.script.extend([Next(State.DONE, write=write)] * 2)
    async with running():
        await put(database, "a")
        await kind.until_over()
    failed = await job(database)
    assert (failed.state, failed.error_key, len(kind.seen)) == ("failed", "internal", 2)
