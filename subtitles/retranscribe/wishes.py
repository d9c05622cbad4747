"""What people ask for: a recording transcribed again, and what is to become of a job whose outcome nobody knows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.core.exceptions import ValidationError

from subtitles.engines import catalog
from subtitles.jobs import queue
from subtitles.jobs.queue import Asked
from subtitles.jobs.steps import State
from subtitles.models import Job, Recording, TranscriptionJob, User
from subtitles.models.transcription_job import options_hash

KIND = "retranscribe"


def transcribe_again(
    recording: Recording,
    engine: str,
    model: str,
    language: str = "",
    options: Mapping[str, object] | None = None,
    requested_by: User | None = None,
) -> Asked:
    """A job for it; the open one, if the same was asked for before. Raises ValidationError."""
    checked = catalog.validate(engine, model, language, options or {}, realtime=False)
    if checked.errors:
        raise ValidationError({"options": [str(error) for error in checked.errors.values()]})
    values = dict(checked.values)
    hashed = options_hash(language, values)

    def detail(job: Job) -> None:
        TranscriptionJob.objects.create(
            job=job,
            recording=recording,
            engine=engine,
            model=model,
            language=language,
            options=values,
            options_hash=hashed,
        )

    wish = hashlib.sha256("\n".join((engine, model, hashed)).encode()).hexdigest()
    return queue.enqueue(KIND, f"{recording.pk}:{wish}", requested_by=requested_by, detail=detail)


def look_again(job_id: int) -> bool:
    """Asks the service what became of an uncertain job; costs nothing. False = it is not uncertain any more."""
    return queue.answer(job_id, State.WAITING)


def pay_again(job_id: int) -> bool:
    """Hands an uncertain job over once more: if the service took it the first time, it bills twice."""
    return queue.answer(job_id, State.PREPARED)
