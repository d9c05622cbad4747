"""A claimed job, as the code that advances it sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from subtitles.jobs import leases
from subtitles.jobs.database import Database
from subtitles.jobs.leases import Lease
from subtitles.jobs.steps import CancelAsked, Next, State
from subtitles.models import Job

T = TypeVar("T")


class Work:
    def __init__(self, job: Job, database: Database, now: Callable[[], datetime]) -> None:
        self.job = job
        """As it was claimed; `state` is kept up to date."""
        self.lease = Lease(job.pk, job.fence)
        self.cancel_asked = job.cancel_asked
        self.stopping = False
        """It is being cancelled: nobody is told again."""
        self.let_go = False
        """The arrow that gives up the lease is under way."""
        self.now = now
        self._database = database
        self._began = State(job.state)

    @property
    def state(self) -> State:
        return State(self.job.state)

    async def read(self, unit: Callable[[], T]) -> T:
        """What the unit writes, if it does, may be lost in a power failure."""
        return await self._database.run(unit, lasting=False)

    async def commit(
        self, unit: Callable[[], T], *, step: str = "", percent: int | None = None, lasting: bool = True
    ) -> T:
        """Runs the unit in a transaction in which the job is certainly still ours. Not `lasting`: it can be done again,
        and nobody waits for the disk.

        Raises LeaseLost; CancelAsked after the unit was kept.
        """
        progress = {"step": step, "percent": percent} if step else {}
        guarded = partial(leases.guarded, self.lease, unit, progress)
        result, asked = await self._database.run(guarded, lasting=lasting)
        self._hear(asked)
        return result

    async def progress(self, step: str, percent: int | None = None) -> None:
        """For whoever watches. Raises LeaseLost, CancelAsked."""
        await self.commit(lambda: None, step=step, percent=percent, lasting=False)

    async def move(self, change: Next) -> None:
        """An arrow in the middle of a step. Cancelling is heard of at its end. Raises LeaseLost."""
        await self._arrow(change, {})

    def begin(self) -> None:
        """A step begins in the state that the job is in now."""
        self._began = self.state

    async def settle(self, change: Next, *, keep: bool) -> None:
        """The arrow at the end of a step; with `keep` the job stays ours for the next one. Raises LeaseLost."""
        now = self.now()
        failed = change.problem is not None and change.state not in Job.OVER
        fields: dict[str, Any] = {
            "attempts": self.job.attempts + 1 if failed else 0,
            "run_at": now + timedelta(seconds=change.after_s),
        }
        if change.state != self._began:
            fields["moved_at"] = now
        if change.state in Job.OVER:
            fields["finished_at"] = now
        if not keep:
            self.let_go = True
            fields |= {"lease_until": None, "owner": ""}
        await self._arrow(change, fields)
        for name, value in fields.items():
            setattr(self.job, name, value)

    async def _arrow(self, change: Next, fields: dict[str, Any]) -> None:
        arrow = partial(leases.move, self.lease, self.state, change, fields)
        # That nothing has happened yet can be found out again.
        lasting = change.state != self.state or change.write is not None
        self.cancel_asked = await self._database.insist(arrow, lasting=lasting)
        self.job.state = change.state

    def _hear(self, asked: bool) -> None:
        self.cancel_asked = asked
        if asked and not self.stopping:
            raise CancelAsked
