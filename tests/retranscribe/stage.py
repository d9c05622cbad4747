"""One recording, one job, and workers that take it a step at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from subtitles.jobs import leases
from subtitles.jobs.database import Database
from subtitles.jobs.leases import Opening
from subtitles.jobs.outcome import step
from subtitles.jobs.work import Work
from subtitles.models import CaptionSession, Job, Recording, Room, Transcript, TranscriptionJob, User
from subtitles.retranscribe import wishes
from subtitles.retranscribe.kind import PiecesOf, Retranscription
from tests.retranscribe.scripted import ENGINE, PAID, ScriptedService, one_piece

STALE_S = 30.0
_numbers = count(1)


def recording() -> Recording:
    """Of a session that is over."""
    number = next(_numbers)
    owner, _ = User.objects.get_or_create(username="alice")
    room = Room.objects.create(title="Talk", slug=f"talk-{number}-{timezone.now().timestamp():.6f}", owner=owner)
    session = CaptionSession.objects.create(room=room, title="A talk", language="zh", state="ended")
    Transcript.objects.create(session=session, engine="preview")
    return Recording.objects.create(session=session, samples=16_000 * 60, sealed_at=timezone.now())


def wish(model: str = PAID, **fields: str) -> int:
    return wishes.transcribe_again(recording(), ENGINE, model, **fields).job.pk  # type: ignore[arg-type]


class Stage:
    """Workers share a clock that only `passes` moves. Everything here is called from outside an event loop."""

    def __init__(
        self, service: ScriptedService, pieces_of: PiecesOf = one_piece, database: Database | None = None
    ) -> None:
        self.service = service
        self.kind = Retranscription(lambda name: service, pieces_of)
        self.now = timezone.now()
        self._database = database or Database()

    def clock(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def claim(self, owner: str = "worker") -> Work | None:
        openings = [Opening(wishes.KIND, lane, 1) for lane in self.kind.lanes]
        taken = leases.claim(owner, openings, self.now, leases.until(self.now, STALE_S))
        assert len(taken) <= 1
        return Work(taken[0][0], self._database, self.clock) if taken else None

    def step(self, work: Work) -> None:
        """One step of a claimed job, kept and let go. Raises LeaseLost, and whatever kills a worker in the middle."""
        asyncio.run(step(self.kind, work, lambda: False))

    def run(self, most: int = 30) -> TranscriptionJob:
        """Steps until nothing is due within a day; then the (only) job."""
        for _ in range(most):
            work = self.claim()
            if work is not None:
                self.step(work)
            elif not self.wait():
                break
        return TranscriptionJob.objects.select_related("job", "transcript").latest("pk")

    def run_until(self, there: Callable[[Job], bool]) -> Job:
        for _ in range(30):
            job = Job.objects.latest("pk")
            if there(job):
                return job
            work = self.claim()
            if work is not None:
                self.step(work)
            else:
                assert self.wait()
        raise AssertionError("it never came to that")

    def wait(self) -> bool:
        """Until the next job is due; False = none will be."""
        at = leases.next_due(self.now)
        self.now = at or self.now
        return at is not None

    def close(self) -> None:
        asyncio.run(self._database.stop())
