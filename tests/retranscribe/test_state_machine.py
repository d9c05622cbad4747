"""Workers that die, sleep and come back, a service that loses answers, people who change their minds: in any order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subtitles.engines.base import EngineError, Pending, Ticket
from subtitles.jobs import queue
from subtitles.jobs.database import Database
from subtitles.jobs.steps import LeaseLost
from subtitles.jobs.work import Work
from subtitles.models import Job, Transcript, Usage
from subtitles.retranscribe import importing, wishes
from tests.retranscribe.scripted import BUSY, LOST, SILENT, ScriptedService
from tests.retranscribe.stage import STALE_S, Stage, wish

T = TypeVar("T")


class Killed(BaseException):
    """What a process does not notice."""


class Fate:
    """Counts what a worker does outside its own memory; at the chosen moment it is no more."""

    def __init__(self) -> None:
        self.moments: int | None = None

    def moment(self) -> None:
        if self.moments is not None:
            self.moments -= 1
            if self.moments < 0:
                raise Killed


class MortalDatabase(Database):
    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self._fate = fate

    async def run(self, unit: Callable[[], T], *, lasting: bool = True) -> T:
        self._fate.moment()
        result = await super().run(unit, lasting=lasting)
        self._fate.moment()
        return result


class MortalService(ScriptedService):
    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self._fate = fate

    async def submit(self, sources: Any, options: Any) -> Any:
        self._fate.moment()
        answer = await super().submit(sources, options)
        self._fate.moment()
        return answer

    async def check(self, ticket: Ticket) -> Any:
        answer = await super().check(ticket)
        self._fate.moment()
        return answer


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes next: a worker takes a step."""

    dies_at: int | None
    """Which of its moments is its last."""
    sleeps: bool
    """Through its lease; it wakes up after the next worker's step, and goes on."""
    pays: bool
    """What a person says if asked: pay again, or look again."""


turns = st.builds(
    Turn, st.sampled_from([*[None] * 6, *range(12)]), st.sampled_from([False, False, True]), st.booleans()
)
submits = st.lists(st.sampled_from([BUSY, SILENT]), max_size=2)
checks = st.lists(st.sampled_from([BUSY, LOST, Pending(), Pending(running=True)]), max_size=3)


class Story:
    def __init__(self, submits: list[EngineError], checks: list[EngineError | Pending], at_once: bool) -> None:
        self._fate = Fate()
        self.service = MortalService(self._fate)
        self.service.submits.extend(submits)
        self.service.checks.extend(checks)
        self.service.at_once = at_once
        self._stage = Stage(self.service, database=MortalDatabase(self._fate))
        self._number = wish()
        self._asleep: Work | None = None
        self._paid_again = 0
        self._ended = ""

    def tell(self, story: list[Turn], cancelled_at: int | None) -> None:
        for number, turn in enumerate(story):
            if number == cancelled_at:
                queue.cancel(self._number)
            self._answer(turn.pays)
            woken, self._asleep = self._asleep, None
            work = self._stage.claim() or (self._stage.wait() and self._stage.claim()) or None
            if work is not None and turn.sleeps:
                self._asleep = work
            elif work is not None:
                self._step(work, turn.dies_at)
            self._stage.passes(STALE_S + 1)
            if woken is not None:
                self._step(woken, turn.dies_at)

    def end(self) -> None:
        """The rest goes well, and whoever is asked pays."""
        self.service.submits.clear()
        self.service.checks.clear()
        for _ in range(3):
            self._stage.passes(STALE_S + 1)
            self._stage.run()
            self._check()
            self._answer(pays=True)
        assert self._ended, "it never ended"
        self._stage.close()

    def _answer(self, pays: bool) -> None:
        if pays:
            self._paid_again += wishes.pay_again(self._number)
        else:
            wishes.look_again(self._number)

    def _step(self, work: Work, dies_at: int | None) -> None:
        self._fate.moments = dies_at
        with suppress(Killed, LeaseLost):
            self._stage.step(work)
        self._fate.moments = None
        self._check()

    def _check(self) -> None:
        job = Job.objects.get(pk=self._number)
        assert len(self.service.taken) <= 1 + self._paid_again, "paid for unasked"
        assert not self._ended or job.state == self._ended, "it ended twice"
        assert job.is_over == (job.finished_at is not None)
        self._ended = job.state if job.is_over else ""
        shown = Transcript.objects.filter(kind="batch", ready=True, jobs=self._number)
        numbers = [list(one.sentences.order_by("number").values_list("number", flat=True)) for one in shown]
        assert numbers == ([[1, 2, 3]] if job.state == "done" else [])
        assert Usage.objects.filter(job=job, seconds__isnull=False).count() <= len(self.service.taken)


@pytest.fixture
def _in_small_steps(ground: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BREATH_S", 0)
    monkeypatch.setattr(importing, "ROWS_A_TRANSACTION", 1)


@pytest.mark.usefixtures("_in_small_steps")
@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(submits, checks, st.booleans(), st.lists(turns, min_size=8, max_size=14), st.none() | st.integers(0, 14))
def test_whatever_happens_a_job_ends_once_and_nothing_is_paid_for_unasked(
    submits: list[EngineError],
    checks: list[EngineError | Pending],
    at_once: bool,
    story: list[Turn],
    cancelled_at: int | None,
) -> None:
    told = Story(submits, checks, at_once)
    told.tell(story, cancelled_at)
    told.end()
