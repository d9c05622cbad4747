"""One step of one job, whatever happens in it."""

from __future__ import annotations

from collections.abc import Callable

from subtitles.jobs.failures import after_failure
from subtitles.jobs.kinds import Kind
from subtitles.jobs.steps import CancelAsked, LeaseLost, Next
from subtitles.jobs.work import Work
from subtitles.models import Job


async def step(kind: Kind, work: Work, may_keep: Callable[[], bool]) -> bool:
    """Takes it and writes what came of it; whether the job goes on at once, still ours. Raises LeaseLost."""
    change = await _outcome(kind, work)
    keep = change.state in Job.RUNNABLE and change.after_s <= 0 and may_keep()
    try:
        await work.settle(change, keep=keep)
    except LeaseLost:
        raise
    except Exception as error:  # noqa: BLE001 - what the arrow was to write could not be written
        keep = False
        await work.settle(after_failure(work.job, error, work.now()), keep=keep)
    if work.state in Job.OVER:
        await kind.clean_up(work)
    return keep


async def _outcome(kind: Kind, work: Work) -> Next:
    work.begin()
    try:
        if not work.cancel_asked:
            return await kind.advance(work)
    except CancelAsked:
        pass
    except LeaseLost:
        raise
    except Exception as error:  # noqa: BLE001 - the step's top: the job's row says what became of it
        return after_failure(work.job, error, work.now())
    return await _cancelled(kind, work)


async def _cancelled(kind: Kind, work: Work) -> Next:
    work.stopping = True
    try:
        return await kind.cancel(work)
    except LeaseLost:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        return after_failure(work.job, error, work.now())
