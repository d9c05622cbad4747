from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from subtitles.jobs.steps import State
from subtitles.models import CaptionSession, Job, Recording, Upload
from subtitles.pages.recordings import keys
from subtitles.pages.recordings.peaks import version_of
from subtitles.pages.render import PageRequest
from subtitles.recordings import encoding, uploads
from subtitles.recordings.encoding import NO_AUDIO
from subtitles.speech import samples_to_ms


class Shown(StrEnum):
    LIVE = "live"
    PREPARING = "preparing"
    FULL = "full"
    """The disk takes nothing: it goes on by itself."""
    READY = "ready"
    EMPTY = "empty"
    FAILED = "failed"
    """It is kept as it was recorded; after a day it is tried again."""
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Player:
    """A session's recording as its page shows it."""

    state: Shown
    percent: int | None = None
    audio: str = ""
    peaks: str = ""
    gaps: tuple[dict[str, object], ...] = ()
    """For the waveform: where, how long it is there, why."""

    @property
    def is_moving(self) -> bool:
        return self.state in (Shown.LIVE, Shown.PREPARING, Shown.FULL)


def panel(request: PageRequest, session: CaptionSession) -> dict[str, object]:
    """What this part of the session's page needs."""
    recording = Recording.objects.filter(session=session).first()
    return {"player": _player(request, session, recording)}


def _player(request: PageRequest, session: CaptionSession, recording: Recording | None) -> Player:
    if session.state != CaptionSession.State.ENDED:
        return Player(Shown.LIVE)
    if recording is None:
        return Player(Shown.EMPTY)
    if recording.encoded_at is None:
        return _unfinished(recording)
    return _ready(request, session, recording) if recording.samples else Player(Shown.EMPTY)


def _unfinished(recording: Recording) -> Player:
    if recording.sealed_at is None:
        # A session that was spoken is sealed when it ends.
        return _arriving(recording) if recording.container else Player(Shown.LOST)
    job = Job.objects.filter(kind=encoding.KIND, key=str(recording.pk)).first()
    if job is None:
        return Player(Shown.PREPARING)
    if job.is_over and job.state != State.DONE:
        return Player(Shown.LOST if job.error_key == NO_AUDIO else Shown.FAILED)
    return Player(Shown.FULL if job.error_kind == "storage" else Shown.PREPARING, job.percent)


def _arriving(recording: Recording) -> Player:
    """Of an upload the files are still on their way."""
    upload = Upload.objects.filter(session=recording.session_id).first()
    job = uploads.job(upload) if upload else None
    if job is None or uploads.is_unwanted(job):
        return Player(Shown.LOST)
    return Player(Shown.FAILED if uploads.is_kept(job) else Shown.PREPARING, job.percent)


def _ready(request: PageRequest, session: CaptionSession, recording: Recording) -> Player:
    peaks = version_of(recording)
    place = [session.room.slug, session.pk]
    return Player(
        Shown.READY,
        audio=keys.address(request.user, recording),
        peaks=reverse("session-peaks", args=[*place, peaks]) if peaks else "",
        gaps=tuple(
            {"at_ms": samples_to_ms(gap.at_samples), "ms": gap.ms, "reason": gap.reason} for gap in recording.gaps.all()
        ),
    )
