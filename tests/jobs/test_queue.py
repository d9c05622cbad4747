from __future__ import annotations

import pytest
from django.db import IntegrityError

from subtitles.jobs import queue
from subtitles.jobs.steps import State
from subtitles.models import Job, User

pytestmark = pytest.mark.django_db


def test_the_same_wish_gets_the_job_that_is_there() -> None:
    alice = User.objects.create_user("alice")
    first = queue.enqueue("k", "session 5", {"format": "srt"}, requested_by=alice)
    again = queue.enqueue("k", "session 5")
    assert (first.is_new, again.is_new, again.job.pk) == (True, False, first.job.pk)
    assert (first.job.requested_by, first.job.payload) == (alice, {"format": "srt"})


@pytest.mark.parametrize("state", Job.OVER)
def test_after_it_is_over_the_same_wish_is_a_new_job(state: State) -> None:
    queue.enqueue("k", "session 5")
    Job.objects.update(state=state)
    assert queue.enqueue("k", "session 5").is_new


@pytest.mark.parametrize("state", [*Job.RUNNABLE, State.UNCERTAIN])
def test_while_it_is_not_over_there_is_one(state: State) -> None:
    queue.enqueue("k", "session 5")
    Job.objects.update(state=state)
    assert not queue.enqueue("k", "session 5").is_new


def test_another_kind_may_have_the_same_key() -> None:
    assert queue.enqueue("k", "5").is_new
    assert queue.enqueue("other", "5").is_new


def test_without_its_details_there_is_no_job() -> None:
    def fail(job: Job) -> None:
        raise IntegrityError("as the test wants it")

    with pytest.raises(IntegrityError):
        queue.enqueue("k", "5", detail=fail)
    assert not Job.objects.exists()


def test_a_running_job_is_asked_to_stop() -> None:
    job = queue.enqueue("k", "5").job
    assert queue.cancel(job.pk)
    job.refresh_from_db()
    assert (job.state, job.cancel_asked) == ("queued", True)


def test_an_uncertain_job_is_taken_up_once_more_to_be_stopped() -> None:
    job = queue.enqueue("k", "5").job
    Job.objects.update(state=State.UNCERTAIN, attempts=3)
    assert queue.cancel(job.pk)
    job.refresh_from_db()
    assert (job.state, job.cancel_asked, job.attempts) == ("submitting", True, 0)


def test_what_is_over_cannot_be_cancelled() -> None:
    job = queue.enqueue("k", "5").job
    Job.objects.update(state=State.DONE)
    assert not queue.cancel(job.pk)
    assert Job.objects.get().state == "done"


def test_an_answer_counts_once_and_only_for_an_uncertain_job() -> None:
    job = queue.enqueue("k", "5").job
    assert not queue.answer(job.pk, State.PREPARED)
    Job.objects.update(state=State.UNCERTAIN)
    assert queue.answer(job.pk, State.PREPARED)
    assert not queue.answer(job.pk, State.PREPARED)
    assert Job.objects.get().state == "prepared"
