"""A job as its page and every list show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from subtitles.access import may_edit, rooms_for
from subtitles.engines import catalog
from subtitles.models import CaptionSession, Job, Room, Transcript, TranscriptionJob, User
from subtitles.pages.transcribing import problems, words


@dataclass(frozen=True, slots=True)
class Shown:
    job: Job

    @property
    def pk(self) -> int:
        return self.job.pk

    @property
    def details(self) -> TranscriptionJob | None:
        return getattr(self.job, "transcription", None)

    @property
    def session(self) -> CaptionSession | None:
        recording = self.details and self.details.recording
        return recording.session if recording else None

    @property
    def room(self) -> Room | None:
        return self.session.room if self.session else None

    @property
    def transcript(self) -> Transcript | None:
        found = self.details and self.details.transcript
        return found if found and found.ready else None

    @property
    def model(self) -> catalog.Model | None:
        return catalog.find(self.details.engine, self.details.model, realtime=False) if self.details else None

    @property
    def title(self) -> str:
        """The model's for a transcription; what other work is called, where it has no model."""
        if self.details is None:
            return words.kind(self.job)
        return self.model.title if self.model else self.details.model

    @property
    def subject(self) -> str:
        return self.session.title if self.session else ""

    @property
    def state(self) -> str:
        return words.state(self.job)

    @property
    def step(self) -> str:
        return words.step(self.job)

    @property
    def way(self) -> list[tuple[str, str]]:
        return words.way(self.job) if self.details else []

    @property
    def problem(self) -> str:
        """Of a job that is over or asks; of one that is tried again too."""
        return problems.of_job(self.job)

    @property
    def is_moving(self) -> bool:
        return self.job.state in Job.RUNNABLE

    @property
    def is_uncertain(self) -> bool:
        return self.job.state == Job.State.UNCERTAIN

    @property
    def may_be_repeated(self) -> bool:
        """After it came to nothing."""
        gone = self.job.state in (Job.State.FAILED, Job.State.CANCELLED)
        return gone and self.session is not None

    @property
    def can_be_looked_up(self) -> bool:
        """Models that answer at once leave nothing behind that could be asked for."""
        return self.model is not None and not self.model.synchronous

    def may_decide(self, user: User) -> bool:
        if self.room is not None:
            return may_edit(user, self.room)
        return user.is_superuser or self.job.requested_by_id == user.pk


def jobs_for(user: User) -> QuerySet[Job]:
    """Of the rooms whose studio `user` may open, and what else they asked for; all of them for an admin."""
    found = Job.objects.select_related(
        "transcription__recording__session__room", "transcription__transcript", "requested_by"
    )
    if user.is_superuser:
        return found
    of_rooms = Q(transcription__recording__session__room__in=rooms_for(user))
    own = Q(requested_by=user, transcription__recording=None)
    return found.filter(of_rooms | own)


def of_session(user: User, session: CaptionSession) -> QuerySet[Job]:
    return jobs_for(user).filter(transcription__recording__session=session)


def shown(found: Iterable[Job]) -> list[Shown]:
    return [Shown(job) for job in found]
