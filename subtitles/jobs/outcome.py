"""One step of one job, whatever happens in it."""

from __future__ import annotations

from subtitles.jobs.failures import after_failure
from subtitles.jobs.kinds import Kind
from subtitles.jobs.steps import CancelAsked, LeaseLost, Next
from subtitles.jobs.work import Work


async def outcome(kind: Kind, work: Work) -> Next:
    """Where the job goes from here. Raises LeaseLost."""
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
