from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from subtitles.jobs import leases
from subtitles.jobs.leases import Lease, Opening
from subtitles.jobs.steps import Lane, LeaseLost, Next, Problem, State
from subtitles.models import Job

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)
ANY = Lane()


def job(key: str = "a", **fields: object) -> Job:
    values: dict[str, object] = {"kind": "k", "run_at": NOW, **fields}
    return Job.objects.create(key=key, **values)


def claim(owner: str = "me", now: datetime = NOW, lanes: Iterable[Lane] = (ANY,), free: int = 10) -> list[Job]:
    openings = [Opening("k", lane, free) for lane in lanes]
    return [job for job, _ in leases.claim(owner, openings, now, now + LEASE)]


def lease_of(job: Job) -> Lease:
    return Lease(job.pk, job.fence)


def move(job: Job, change: Next, before: State = State.QUEUED) -> bool:
    return leases.move(lease_of(job), before, change, {})


def test_a_claim_raises_the_fence_and_sets_the_lease() -> None:
    job()
    [mine] = claim()
    kept = Job.objects.get()
    assert (mine.fence, kept.fence, kept.owner, kept.lease_until) == (1, 1, "me", NOW + LEASE)


def test_a_held_job_is_taken_by_nobody_until_its_lease_is_over() -> None:
    job()
    claim()
    assert claim("other", NOW + timedelta(seconds=29)) == []
    [taken] = claim("other", NOW + timedelta(seconds=30))
    assert (taken.fence, taken.owner) == (2, "other")


def test_what_is_not_due_over_or_uncertain_is_left_alone() -> None:
    job("later", run_at=NOW + timedelta(seconds=1))
    for state in (*Job.OVER, State.UNCERTAIN):
        job(f"is {state}", state=state)
    job("another kind", kind="other")
    assert claim() == []


def test_the_oldest_come_first_and_no_more_than_there_is_room_for() -> None:
    for number in range(5):
        job(str(number), run_at=NOW - timedelta(seconds=number))
    assert [job.key for job in claim(free=2)] == ["4", "3"]


def test_lanes_take_their_own_states_only() -> None:
    job("new")
    job("begun", state=State.WAITING)
    assert [job.key for job in claim(lanes=[Lane((State.WAITING,))])] == ["begun"]


def test_an_arrow_writes_only_under_the_fence_it_was_claimed_with() -> None:
    job()
    [mine] = claim()
    [theirs] = claim("other", NOW + LEASE)
    with pytest.raises(LeaseLost):
        move(mine, Next(State.DONE))
    move(theirs, Next(State.FAILED, problem=Problem("k", "key", "Words.")))
    kept = Job.objects.get()
    assert (kept.state, kept.error_key, kept.error_message) == ("failed", "key", "Words.")


def test_an_arrow_from_another_state_writes_nothing() -> None:
    job()
    [mine] = claim()
    with pytest.raises(LeaseLost):
        move(mine, Next(State.DONE), before=State.WAITING)


def test_what_an_arrow_writes_is_kept_with_it_or_not_at_all() -> None:
    job()
    [mine] = claim()

    def write() -> None:
        job("written")
        raise KeyError

    with pytest.raises(KeyError):
        move(mine, Next(State.DONE, write=write))
    assert [(job.key, job.state) for job in Job.objects.all()] == [("a", "queued")]


def test_a_job_that_is_to_stop_does_not_become_uncertain() -> None:
    job(cancel_asked=True)
    [mine] = claim()
    assert move(mine, Next(State.UNCERTAIN))
    assert Job.objects.get().state == "submitting"


def test_a_unit_runs_only_while_the_job_is_ours() -> None:
    job()
    [mine] = claim()
    assert leases.guarded(lease_of(mine), lambda: 5, {"percent": 40}) == (5, False)
    claim("other", NOW + LEASE)
    with pytest.raises(LeaseLost):
        leases.guarded(lease_of(mine), lambda: job("too late"), {})
    assert Job.objects.get().percent == 40


def test_renewing_keeps_what_is_ours_and_tells_what_is_not() -> None:
    job("kept")
    job("lost")
    kept, lost = claim()
    Job.objects.filter(pk=lost.pk).update(fence=7)
    Job.objects.filter(pk=kept.pk).update(cancel_asked=True)
    assert leases.renew(map(lease_of, (kept, lost)), NOW + 2 * LEASE) == {kept.pk: True}
    assert Job.objects.get(key="kept").lease_until == NOW + 2 * LEASE
    assert Job.objects.get(key="lost").lease_until == NOW + LEASE


def test_renewing_does_not_take_back_what_was_let_go() -> None:
    job()
    [mine] = claim()
    leases.release([lease_of(mine)], NOW)
    assert leases.renew([lease_of(mine)], NOW + LEASE) == {}
    assert claim("other")[0].fence == 2


def test_the_next_due_job_is_told_when_nobody_holds_it() -> None:
    assert leases.next_due(NOW) is None
    job("later", run_at=NOW + timedelta(seconds=9))
    job("sooner", run_at=NOW + timedelta(seconds=5))
    job("held", run_at=NOW + timedelta(seconds=1), lease_until=NOW + LEASE)
    assert leases.next_due(NOW) == NOW + timedelta(seconds=5)
