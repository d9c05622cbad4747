"""A job as its page and every list show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from subtitles.access import may_edit, rooms_for
from subtitles.engines import catalog
from subtitles.models import CaptionSession, Job, Recording, Room, Transcript, TranscriptionJob, User
from subtitles.pages import engines
from subtitles.pages.transcribing import asked, problems, words
from subtitles.retranscribe import engines as batch_engines

HOUSEKEEPING = frozenset({"encode", "upload-sweep", "vocabulary"})
"""Nobody asked for it, and nobody gains by stopping it."""


@dataclass(frozen=True, slots=True)
class Shown:
    job: Job
    named: CaptionSession | None = None
    """The session that work of another kind is done for."""

    @property
    def pk(self) -> int:
        return self.job.pk

    @property
    def details(self) -> TranscriptionJob | None:
        return getattr(self.job, "transcription", None)

    @property
    def session(self) -> CaptionSession | None:
        recording = self.details and self.details.recording
        return recording.session if recording else self.named

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
        return engines.model_title(self.details.engine, self.details.model)

    @property
    def subject(self) -> str:
        return self.session.title if self.session else ""

    @property
    def wishes(self) -> list[tuple[str, str]]:
        """What was asked for beside the model: names and values, as people call them."""
        return list(asked.wishes(self.details, self.model)) if self.details else []

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
        return gone and self.details is not None and self.details.recording is not None

    @property
    def may_be_cancelled(self) -> bool:
        return not self.job.cancel_asked and self.job.kind not in HOUSEKEEPING

    @property
    def can_be_looked_up(self) -> bool:
        details = self.details
        return details is not None and batch_engines.can_be_looked_up(details.engine, details.model)

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
    rooms = rooms_for(user)
    of_rooms = Q(transcription__recording__session__room__in=rooms)
    keys = Recording.objects.filter(session__room__in=rooms).values_list(Cast("pk", CharField()))
    encoded = Q(kind="encode", key__in=keys)
    own = Q(requested_by=user, transcription__recording=None)
    return found.filter(of_rooms | encoded | own)


def of_session(user: User, session: CaptionSession) -> QuerySet[Job]:
    return jobs_for(user).filter(transcription__recording__session=session)


def shown(found: Iterable[Job]) -> list[Shown]:
    jobs = list(found)
    named = {job.pk: job.payload.get("session") for job in jobs if isinstance(job.payload, dict)}
    sessions = CaptionSession.objects.select_related("room").in_bulk(
        [pk for pk in named.values() if isinstance(pk, int)]
    )
    return [Shown(job, sessions.get(named.get(job.pk))) for job in jobs]
