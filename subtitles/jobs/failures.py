"""What becomes of a job whose step failed: tried again, later and later, or failed in clear words."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta

from django.db import DatabaseError

from subtitles.engines.base import EngineError
from subtitles.jobs.steps import BackTo, JobFailed, Next, Problem, State
from subtitles.models import Job

logger = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 300.0
GIVE_UP_AFTER = timedelta(hours=24)
"""Of the same step failing. DashScope keeps results for as long (Model Studio help, "query a task")."""
MOST_ATTEMPTS_WITH_A_FAULT = 5
"""When the fault is ours."""


def after_failure(job: Job, error: Exception, now: datetime) -> Next:
    """`job` is in the state in which the step ended, its `attempts` and `moved_at` are of the step's beginning."""
    state = State(job.state)
    if isinstance(error, BackTo) and isinstance(error.__cause__, Exception):
        state, error = error.state, error.__cause__
    if isinstance(error, JobFailed):
        logger.warning("job %s (%s): %s", job.pk, job.kind, error.problem.key)
        return Next(State.FAILED, problem=error.problem, write=error.write)
    problem = problem_of(job, error)
    if problem.kind != "internal":  # that has been told with its traceback
        logger.warning("job %s (%s): %s, attempt %d", job.pk, job.kind, problem.key, job.attempts + 1)
    if is_hopeless(job, error, now):
        return Next(State.FAILED, problem=problem)
    return Next(state, _pause(job, error), step=job.step, percent=job.percent, problem=problem)


def problem_of(job: Job, error: Exception) -> Problem:
    if isinstance(error, EngineError):
        return Problem(error.kind.value, error.code[:80] or error.kind.value, str(error))
    if isinstance(error, DatabaseError):
        return Problem("database", "database", "The database did not take what was to be written.")
    if isinstance(error, OSError):
        return Problem("storage", "storage", f"A file could not be read or written: {error.strerror or 'no reason'}.")
    logger.error("job %s (%s): a fault of the program", job.pk, job.kind, exc_info=error)
    return Problem("internal", "internal", "Something is wrong with the program; the log has the details.")


def is_hopeless(job: Job, error: Exception, now: datetime) -> bool:
    """Whether trying again cannot help, or has not for long enough."""
    if isinstance(error, EngineError) and not error.retryable:
        return True
    if isinstance(error, EngineError | DatabaseError | OSError):
        return now - job.moved_at > GIVE_UP_AFTER
    return job.attempts + 1 >= MOST_ATTEMPTS_WITH_A_FAULT


def _pause(job: Job, error: Exception) -> float:
    """Twice as long each time, a little apart from the others; never shorter than the service asks for."""
    pause = min(FIRST_PAUSE_S * 2.0 ** min(job.attempts, 10), LONGEST_PAUSE_S)
    asked = error.retry_after or 0.0 if isinstance(error, EngineError) else 0.0
    return max(asked, pause) * random.uniform(1.0, 1.25)  # noqa: S311 - no secret
