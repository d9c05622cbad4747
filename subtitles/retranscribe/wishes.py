"""What people ask for: a recording transcribed again, and what is to become of a job whose outcome nobody knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from subtitles.engines import catalog
from subtitles.jobs import queue
from subtitles.jobs.queue import Asked
from subtitles.jobs.steps import State
from subtitles.models import Job, Recording, TranscriptionJob, User, Vocabulary
from subtitles.models.transcription_job import options_hash

KIND = "retranscribe"


def transcribe_again(
    recording: Recording,
    engine: str,
    model: str,
    language: str = "",
    options: Mapping[str, object] | None = None,
    requested_by: User | None = None,
    vocabulary: Vocabulary | None = None,
) -> Asked:
    """A job for it; the open one, if the same was asked for before. Raises ValidationError.

    `vocabulary` is turned into what the engine takes when the job is done, so that it has the words of that day.
    """
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
            vocabulary=vocabulary,
        )

    parts = (engine, model, hashed, *([str(vocabulary.pk)] if vocabulary else []))
    wish = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return queue.enqueue(KIND, f"{recording.pk}:{wish}", requested_by=requested_by, detail=detail)


def for_many(
    recordings: Iterable[Recording],
    engine: str,
    model: str,
    language: str = "",
    options: Mapping[str, object] | None = None,
    requested_by: User | None = None,
    vocabulary: Vocabulary | None = None,
) -> list[Asked]:
    """The same wish for each recording: all of them are asked for, or none. Raises ValidationError."""
    with transaction.atomic():
        return [
            transcribe_again(recording, engine, model, language, options, requested_by, vocabulary)
            for recording in recordings
        ]


def once_more(job: TranscriptionJob, requested_by: User | None = None) -> Asked:
    """The same wish as a new job, after one that is over. Raises ValidationError: the model does not take it any more,
    or the recording is gone."""
    if job.recording is None:
        raise ValidationError({"recording": ["The recording is gone."]})
    return transcribe_again(
        job.recording, job.engine, job.model, job.language, job.options, requested_by, job.vocabulary
    )


def look_again(job_id: int) -> bool:
    """Asks the service what became of an uncertain job; costs nothing. False = it is not uncertain any more."""
    return queue.answer(job_id, State.WAITING)


def pay_again(job_id: int) -> bool:
    """Hands an uncertain job over once more: if the service took it the first time, it bills twice."""
    return queue.answer(job_id, State.PREPARED)
