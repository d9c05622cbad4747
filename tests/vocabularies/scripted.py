from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.dashscope.vocabularies import Hotword, NoSuchList
from subtitles.jobs import leases
from subtitles.jobs.database import Database
from subtitles.jobs.leases import Opening
from subtitles.jobs.outcome import step
from subtitles.jobs.work import Work
from subtitles.models import Job
from subtitles.vocabularies.copies import KIND
from subtitles.vocabularies.kind import KeepInStep

NETWORK = EngineError(ErrorKind.NETWORK, "The service is away.")


class Killed(BaseException):
    """The worker's end, in the middle of a step."""


class ScriptedLists:
    """A service in memory. `faults` are raised by the next calls of a name, after they did their work for Killed."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, tuple[Hotword, ...]]] = {}
        self.calls: list[str] = []
        self.faults: dict[str, BaseException] = {}
        self.ready = True

    async def find(self, mark: str) -> str:
        self._begin("find")
        return next((name for name, (marked, _) in self.kept.items() if marked == mark), "")

    async def create(self, model: str, mark: str, words: Sequence[Hotword]) -> str:
        self._begin("create")
        name = f"list-{len(self.calls)}"
        self.kept[name] = (mark, tuple(words))
        self._end("create")
        return name

    async def update(self, model: str, remote_id: str, words: Sequence[Hotword]) -> None:
        self._begin("update", remote_id)
        self.kept[remote_id] = (self.kept[remote_id][0], tuple(words))
        self._end("update")

    async def is_ready(self, remote_id: str) -> bool:
        self._begin("is_ready", remote_id)
        return self.ready

    async def delete(self, remote_id: str) -> None:
        self._begin("delete", remote_id)
        del self.kept[remote_id]
        self._end("delete")

    def words(self) -> list[str]:
        """Of the only list that there is."""
        (stored,) = self.kept.values()
        return sorted(word.text for word in stored[1])

    def _begin(self, name: str, remote_id: str = "") -> None:
        self.calls.append(name)
        if name in self.faults and not isinstance(self.faults[name], Killed):
            raise self.faults.pop(name)
        if remote_id and remote_id not in self.kept:
            raise NoSuchList(ErrorKind.PARAMETERS, "It is not there.")

    def _end(self, name: str) -> None:
        if name in self.faults:
            raise self.faults.pop(name)


class Stage:
    """Workers that take one step at a time, at a clock that only `passes` moves."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.kind = KeepInStep()
        self._database = Database()

    def clock(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def step(self) -> str:
        """One step of the job that is due first; the state in which it ends, empty if none ever will be."""
        at = leases.next_due(self.now)
        self.now = at or self.now
        openings = [Opening(KIND, lane, 1) for lane in self.kind.lanes]
        taken = leases.claim("worker", openings, self.now, leases.until(self.now, 30.0))
        if not taken:
            return ""
        work = Work(taken[0][0], self._database, self.clock)
        asyncio.run(step(self.kind, work, lambda: False))
        return work.state

    def run(self) -> Job:
        """Steps until none is left; then the newest job."""
        for _ in range(100):
            if not self.step():
                break
        return Job.objects.latest("pk")

    def close(self) -> None:
        asyncio.run(self._database.stop())
