"""What a re-transcription writes into the database. Each function is one unit, safe to repeat, done under a fence."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from subtitles.engines import catalog
from subtitles.models import CaptionSession, Job, Recording, Sentence, Transcript, TranscriptionJob, Usage
from subtitles.retranscribe.pieces import Piece
from subtitles.speech import FinalResult, UsageReport, Word


class Erased(Exception):
    """The recording is gone."""


def wish(job: Job) -> TranscriptionJob:
    """What the steps need to know: read for each of them, so no more than that. While a service is asked again and
    again, its recording's row is not."""
    wishes = TranscriptionJob.objects.all()
    found = (wishes if job.state == Job.State.WAITING else wishes.select_related("recording")).get(pk=job.pk)
    found.job = job
    return found


def has_recording(job_id: int) -> bool:
    return TranscriptionJob.objects.filter(pk=job_id, recording__isnull=False).exists()


def details(job_id: int) -> TranscriptionJob:
    return TranscriptionJob.objects.select_related("job", "recording__session", "transcript", "vocabulary").get(
        pk=job_id
    )


def keep_pieces(job_id: int, pieces: Sequence[Piece], region: str | None = None) -> None:
    fields: dict[str, object] = {"pieces": [piece.as_json() for piece in pieces]}
    if region is not None:
        fields["region"] = region
    TranscriptionJob.objects.filter(pk=job_id).update(**fields)


def timed(recording: Recording) -> list[FinalResult]:
    """What is known of when something was said: the live transcript, else the newest other one with sentences."""
    transcripts = Transcript.objects.filter(session=recording.session_id, ready=True)
    live_first = sorted(transcripts, key=lambda one: (one.kind != Transcript.Kind.LIVE, -one.pk))
    for transcript in live_first:
        if found := list(transcript.sentences.order_by("begin_ms", "number")):
            return [_said(row) for row in found]
    return []


def has_timed(recording: Recording) -> bool:
    return Sentence.objects.filter(transcript__session=recording.session_id, transcript__ready=True).exists()


def _said(row: Sentence) -> FinalResult:
    words = tuple(Word(*word) for word in row.words)
    return FinalResult(row.begin_ms, row.end_ms, row.text, words)


def begin_transcript(job_id: int) -> tuple[int, int]:
    """The job's transcript, not ready yet, and how many sentences it has already. Raises Erased."""
    job = details(job_id)
    if job.recording is None:
        raise Erased
    if job.transcript is None:
        job.transcript = Transcript.objects.create(
            session=job.recording.session,
            kind=Transcript.Kind.BATCH,
            engine=job.engine,
            model=job.model,
            options=job.options,
            ready=False,
        )
        job.save(update_fields=["transcript"])
    return job.transcript.pk, job.transcript.sentences.count()


def show(job_id: int, transcript_id: int) -> None:
    """All sentences are there: from now on the transcript is one that people see."""
    bills = Usage.objects.filter(job=job_id)
    Transcript.objects.filter(pk=transcript_id).update(
        ready=True,
        billed_seconds=sum(bill.seconds or 0.0 for bill in bills),
        request_ids=[bill.task_id for bill in bills],
    )


def discard_transcript(job_id: int) -> None:
    """What was imported of a job that is not finished any more."""
    Transcript.objects.filter(jobs=job_id, ready=False).delete()


def book(job_id: int, task_id: str, report: UsageReport | None) -> None:
    """What the service says it bills for a task; once, however often it is said, and as soon as it is known."""
    job = details(job_id)
    seconds = None if report is None else report.billed_seconds
    price = _price(job)
    bill = {
        "seconds": seconds,
        "amount": None if price is None or seconds is None else price.per_second * Decimal(str(seconds)),
        "currency": price.currency if price and seconds is not None else "",
    }
    kept, is_new = Usage.objects.get_or_create(
        engine=job.engine,
        task_id=task_id[:160],
        defaults={
            **bill,
            "model": job.model,
            "region": job.region,
            "session": _session(job.recording),
            "job": job.job,
            "user": job.job.requested_by,
        },
    )
    if not is_new and kept.seconds is None:
        Usage.objects.filter(pk=kept.pk).update(**bill)


def book_all(job_id: int, task_ids: Sequence[str]) -> None:
    """Tasks that run on though nobody waits for them: what they cost will not be known here."""
    for task_id in task_ids:
        book(job_id, task_id, None)


def _price(job: TranscriptionJob) -> catalog.Price | None:
    entry = catalog.find(job.engine, job.model, realtime=False)
    return entry.prices.get(job.region) if entry else None


def _session(recording: Recording | None) -> CaptionSession | None:
    return recording.session if recording else None
