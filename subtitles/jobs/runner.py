"""Advances jobs: in the server's loop, or in any number of `manage.py work` processes."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from subtitles.jobs import kinds, leases
from subtitles.jobs.database import Database
from subtitles.jobs.kinds import Kind
from subtitles.jobs.leases import Opening
from subtitles.jobs.outcome import step
from subtitles.jobs.steps import Lane, LeaseLost
from subtitles.jobs.work import Work
from subtitles.models import Job

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
"""For jobs that another process put in: only this process's own wake it."""
LOOK_AGAIN_S = 0.5
"""What becomes due within so short a time is taken together: a look costs as much as the question it is taken for."""
LAST_STEPS_S = 4.0
"""How long a drain waits for steps under way. The server has 8 s for everything."""


@dataclass(frozen=True, slots=True)
class Timing:
    heartbeat_s: float
    stale_s: float

    @classmethod
    def from_settings(cls) -> Timing:
        return cls(settings.SUBTITLES_JOBS_HEARTBEAT_S, settings.SUBTITLES_JOBS_STALE_S)


class Runner:
    def __init__(
        self,
        *,
        get_kind: Callable[[str], Kind] = kinds.get,
        timing: Timing | None = None,
        now: Callable[[], datetime] = timezone.now,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.owner = f"{socket.gethostname()[:50]}:{os.getpid()}:{token_hex(4)}"
        self._kinds = {name: get_kind(name) for name in kinds.names()}
        self._timing = timing or Timing.from_settings()
        self._now = now
        self._database = Database()
        self._woken = asyncio.Event()
        self._draining = False
        self._held: dict[asyncio.Task[None], Work] = {}
        self._busy: Counter[tuple[str, Lane]] = Counter()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._serve(), name="jobs"),
            asyncio.create_task(self._beat(), name="jobs heartbeat"),
        ]

    def wake(self) -> None:
        """There may be something to do. From any thread."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._woken.set)

    async def drain(self, last_steps_s: float = LAST_STEPS_S) -> None:
        """Takes nothing new, gives steps under way a moment, and lets go of what is left: others may go on at once."""
        self._draining = True
        self._woken.set()
        serving, beating = self._tasks
        await serving
        if self._held:
            await asyncio.wait(list(self._held), timeout=last_steps_s)
        cut_short = list(self._held)
        for task in [*cut_short, beating]:
            task.cancel()
        await asyncio.gather(*cut_short, beating, return_exceptions=True)
        await self._database.stop()

    # --- taking ---------------------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        while not self._draining:
            self._woken.clear()
            pause = LOOK_EVERY_S
            try:
                pause = min(pause, await self._fill())
            except DatabaseError as error:
                logger.warning("jobs: cannot look for work: %s", type(error).__name__)
            except Exception:  # the task's top: the next look tries again
                logger.exception("jobs: looking for work")
            try:
                async with asyncio.timeout(pause):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _fill(self) -> float:
        """Takes what is due, as far as there is room; seconds until something else will be."""
        now = self._now()
        until = leases.until(now, self._timing.stale_s)
        look = partial(_look, self.owner, self._openings(), now, until)
        claimed, next_due = await self._database.run(look, lasting=False)
        for job, lane in claimed:
            self._take_up(job, lane)
        return max(LOOK_AGAIN_S, (next_due - self._now()).total_seconds()) if next_due else LOOK_EVERY_S

    def _openings(self) -> list[Opening]:
        return [
            Opening(name, lane, free)
            for name, kind in self._kinds.items()
            for lane in kind.lanes
            if (free := lane.slots - self._busy[name, lane]) > 0
        ]

    def _take_up(self, job: Job, lane: Lane) -> None:
        work = Work(job, self._database, self._now)
        task = asyncio.create_task(self._carry(work), name=f"job {job.pk}")
        self._held[task] = work
        self._busy[job.kind, lane] += 1
        task.add_done_callback(partial(self._is_free, (job.kind, lane)))

    def _is_free(self, place: tuple[str, Lane], task: asyncio.Task[None]) -> None:
        """Looks for more only where some may wait for this slot, or if the same job goes on before the next look."""
        was_full = self._busy[place] >= place[1].slots
        self._busy[place] -= 1
        job = self._held.pop(task).job
        if was_full or (not job.is_over and job.run_at < self._now() + timedelta(seconds=LOOK_EVERY_S)):
            self._woken.set()

    # --- doing ----------------------------------------------------------------------------------------------------

    async def _carry(self, work: Work) -> None:
        """One job, for as long as its steps follow one another."""
        try:
            while await self._step(work):
                pass
        except LeaseLost:
            logger.warning("job %s: another worker has it, or it was deleted", work.job.pk)
        except asyncio.CancelledError:
            await self._let_go(work)
            raise
        except Exception:  # the task's top: its lease runs out, and then somebody tries again
            logger.exception("job %s (%s): what it leaves may lie about", work.job.pk, work.job.state)

    async def _step(self, work: Work) -> bool:
        """Whether the job goes on at once."""
        if self._draining:
            await self._let_go(work)
            return False
        before = work.state
        keep = await step(self._kinds[work.job.kind], work, lambda: not self._draining)
        if work.state != before:
            logger.info("job %s: %s → %s", work.job.pk, before, work.state)
        return keep

    async def _let_go(self, work: Work) -> None:
        work.let_go = True
        try:
            await self._database.run(partial(leases.release, [work.lease], self._now()))
        except DatabaseError as error:
            logger.warning("job %s: the lease will run out: %s", work.job.pk, type(error).__name__)

    # --- keeping --------------------------------------------------------------------------------------------------

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._timing.heartbeat_s)
            try:
                await self.renew()
            except DatabaseError as error:
                logger.warning("jobs: no heartbeat: %s", type(error).__name__)

    async def renew(self) -> None:
        """Keeps the leases; a step whose lease was lost is stopped, one whose cancelling was asked for hears of it."""
        held = {task: work for task, work in self._held.items() if not work.let_go}
        if not held:
            return
        until = leases.until(self._now(), self._timing.stale_s)
        ours = await self._database.run(partial(leases.renew, [work.lease for work in held.values()], until))
        for task, work in held.items():
            if work.job.pk in ours:
                work.cancel_asked = ours[work.job.pk]
            elif not work.let_go:
                logger.warning("job %s: the lease is lost", work.job.pk)
                task.cancel()


def _look(
    owner: str, openings: list[Opening], now: datetime, until: datetime
) -> tuple[list[tuple[Job, Lane]], datetime | None]:
    """One unit: a look is taken for every question that is asked at a service."""
    return leases.claim(owner, openings, now, until), leases.next_due(now)


_runners: WeakKeyDictionary[asyncio.AbstractEventLoop, Runner] = WeakKeyDictionary()


async def start() -> None:
    """For the server: this loop's runner, unless jobs are left to `manage.py work`."""
    if settings.SUBTITLES_JOBS_IN_SERVER:
        launch()


def launch() -> Runner:
    """A runner in the loop that runs now."""
    loop = asyncio.get_running_loop()
    if loop not in _runners:
        _runners[loop] = Runner()
        _runners[loop].start()
    return _runners[loop]


async def drain() -> None:
    """For shutting down: nothing of this loop's jobs goes on afterwards."""
    runner = _runners.pop(asyncio.get_running_loop(), None)
    if runner is not None:
        await runner.drain()


def wake() -> None:
    """Something was put in or decided, and is committed. From any thread; other processes look every second anyway."""
    for runner in list(_runners.values()):
        runner.wake()
