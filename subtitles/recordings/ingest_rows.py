"""What an ingest writes. Each function is one unit for a database thread."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.utils import timezone

from subtitles.jobs.steps import JobFailed
from subtitles.models import CaptionSession, Job, Recording, RecordingGap, Upload
from subtitles.recordings import uploads
from subtitles.recordings.decoding import Facts
from subtitles.speech import clean_text

TITLE_CHARACTERS = 160
DELETED = (uploads.REFUSED, "deleted", "The session was deleted before its audio was there.")


@dataclass(frozen=True, slots=True)
class Outcome:
    facts: Facts
    sha256: str
    """Of the original."""


def upload(key: str) -> Upload | None:
    return Upload.objects.select_related("room").filter(pk=UUID(key)).first()


def remember(job_id: int, outcome: Outcome) -> None:
    Job.objects.filter(pk=job_id).update(payload={**_payload(job_id), **asdict(outcome)})


def outcome(job_id: int) -> Outcome:
    kept = _payload(job_id)
    return Outcome(Facts(**kept["facts"]), kept["sha256"])


def is_unwanted(job_id: int) -> bool:
    return uploads.is_unwanted(Job.objects.get(pk=job_id))


def session_of(job_id: int, upload_id: UUID) -> int | None:
    """None = it has none yet. Raises JobFailed if it had one and somebody deleted it."""
    session_id = Upload.objects.values_list("session", flat=True).get(pk=upload_id)
    if session_id is None and given(job_id) is not None:
        raise JobFailed(*DELETED)
    return session_id


def given(job_id: int) -> int | None:
    """The session that was made, even if it is gone."""
    session_id: int | None = _payload(job_id).get("session")
    return session_id


def give_session(job_id: int, upload: Upload, outcome: Outcome) -> int:
    """Makes the session. Its recording is not there before its files are: see `seal`."""
    now = timezone.now()
    session = CaptionSession.objects.create(
        room=upload.room,
        title=title(upload.file_name),
        state=CaptionSession.State.ENDED,
        language=upload.language or upload.room.language,
        paced=False,
        ended_at=now,
    )
    Recording.objects.create(
        session=session,
        container=outcome.facts.container,
        file_name=upload.file_name,
        sample_rate=outcome.facts.sample_rate,
        channels=outcome.facts.channels,
        sha256=outcome.sha256,
    )
    Upload.objects.filter(pk=upload.pk).update(session=session)
    Job.objects.filter(pk=job_id).update(payload={**_payload(job_id), "session": session.pk})
    return session.pk


def seal(session_id: int, outcome: Outcome) -> None:
    """Its files are there. Raises JobFailed if the session is not."""
    now, samples = timezone.now(), outcome.facts.samples
    recording = Recording.objects.filter(session=session_id).first()
    if recording is None:
        raise JobFailed(*DELETED)
    Recording.objects.filter(pk=recording.pk).update(samples=samples, sealed_at=now, encoded_at=now, peaks_at=now)
    if outcome.facts.is_damaged:
        RecordingGap.objects.create(
            recording=recording, at_samples=samples, reason=RecordingGap.Reason.LOST, detail="damaged"
        )


def title(file_name: str) -> str:
    """The name as a person would write it: without its folder, its ending and its underscores."""
    stem = PurePath(file_name.replace("\\", "/")).stem.replace("_", " ")
    return clean_text(stem, TITLE_CHARACTERS).strip(" .") or clean_text(file_name, TITLE_CHARACTERS)


def _payload(job_id: int) -> dict[str, Any]:
    kept: dict[str, Any] = Job.objects.values_list("payload", flat=True).get(pk=job_id)
    return kept
