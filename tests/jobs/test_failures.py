from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.jobs.failures import GIVE_UP_AFTER, LONGEST_PAUSE_S, MOST_ATTEMPTS_WITH_A_FAULT, after_failure
from subtitles.jobs.steps import BackTo, JobFailed, Next, State
from subtitles.models import Job

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
BUSY = EngineError(ErrorKind.BUSY, "Slow down.", code="Throttling")


def after(error: Exception, attempts: int = 0, waited: timedelta = timedelta(), state: State = State.WAITING) -> Next:
    return after_failure(Job(kind="k", state=state, attempts=attempts, moved_at=NOW - waited), error, NOW)


def test_what_may_succeed_later_is_tried_later() -> None:
    change = after(BUSY)
    assert (change.state, change.problem and change.problem.key) == (State.WAITING, "Throttling")
    assert 2.0 <= change.after_s <= 2.5


def test_pauses_grow_to_a_limit() -> None:
    pauses = [after(BUSY, attempts).after_s for attempts in range(12)]
    assert 4.0 <= pauses[1] <= 5.0
    assert LONGEST_PAUSE_S <= pauses[-1] <= 1.25 * LONGEST_PAUSE_S


def test_the_service_is_not_asked_sooner_than_it_wants() -> None:
    assert after(EngineError(ErrorKind.BUSY, "Slow down.", retry_after=90.0)).after_s >= 90.0


@pytest.mark.parametrize("kind", [ErrorKind.KEY, ErrorKind.QUOTA, ErrorKind.PARAMETERS])
def test_what_cannot_succeed_fails_with_the_engines_words(kind: ErrorKind) -> None:
    change = after(EngineError(kind, "The account has an overdue bill."))
    assert change.state == State.FAILED
    assert change.problem
    assert (change.problem.kind, change.problem.message) == (kind.value, "The account has an overdue bill.")


@pytest.mark.parametrize("error", [BUSY, OperationalError("locked"), OSError(28, "No space left on device")])
def test_a_day_of_trying_is_enough(error: Exception) -> None:
    assert after(error, attempts=200, waited=GIVE_UP_AFTER).state == State.WAITING
    assert after(error, attempts=200, waited=GIVE_UP_AFTER + timedelta(seconds=1)).state == State.FAILED


def test_a_fault_of_ours_is_logged_and_not_repeated_for_long(caplog: pytest.LogCaptureFixture) -> None:
    assert after(KeyError("secret"), MOST_ATTEMPTS_WITH_A_FAULT - 2).state == State.WAITING
    change = after(KeyError("secret"), MOST_ATTEMPTS_WITH_A_FAULT - 1)
    assert change.state == State.FAILED
    assert change.problem
    assert "secret" not in change.problem.message
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2


def test_the_words_of_a_failed_job_are_its_own() -> None:
    change = after(JobFailed("audio", "no-audio", "Nothing is left."))
    assert (change.state, change.problem and change.problem.message) == (State.FAILED, "Nothing is left.")


def test_a_step_that_came_to_nothing_begins_again_from_where_it_began() -> None:
    again = BackTo(State.PREPARED)
    again.__cause__ = BUSY
    change = after(again, state=State.SUBMITTING)
    assert (change.state, change.problem and change.problem.key) == (State.PREPARED, "Throttling")
