"""A kind of job that does what the test says, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from subtitles.jobs.steps import Lane, Next, State
from subtitles.jobs.work import Work

Step = Callable[[Work], Awaitable[Next]]


class Scripted:
    """Runs `script` one step at a time; when it is used up the job is done."""

    def __init__(self) -> None:
        self.lanes: tuple[Lane, ...] = (Lane(at_once=3),)
        self.script: deque[Step | Next | Exception] = deque()
        self.seen: list[str] = []
        self.cancelled: list[str] = []
        self.cleaned: list[str] = []
        self._changed = asyncio.Condition()

    async def advance(self, work: Work) -> Next:
        await self._note(self.seen, work)
        step = self.script.popleft() if self.script else Next(State.DONE)
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, Next) else await step(work)

    async def cancel(self, work: Work) -> Next:
        await self._note(self.cancelled, work)
        return Next(State.CANCELLED)

    async def clean_up(self, work: Work) -> None:
        await self._note(self.cleaned, work)

    async def until(self, there: Callable[[], bool]) -> None:
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(there)

    async def until_over(self, count: int = 1) -> None:
        await self.until(lambda: len(self.cleaned) == count)

    async def _note(self, where: list[str], work: Work) -> None:
        where.append(f"{work.job.key} {work.state}")
        async with self._changed:
            self._changed.notify_all()


class Gate:
    """A step that waits until the test opens it."""

    def __init__(self, then: Next) -> None:
        self.entered = asyncio.Event()
        self.open = asyncio.Event()
        self._then = then

    async def __call__(self, work: Work) -> Next:
        self.entered.set()
        async with asyncio.timeout(20):
            await self.open.wait()
        return self._then
