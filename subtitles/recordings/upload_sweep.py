"""The job that removes what was begun and never finished. It is put in with an upload and ends with the last one."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet

from subtitles.jobs.steps import Lane, Next, State
from subtitles.jobs.work import Work
from subtitles.models import Job, Upload
from subtitles.recordings import files, uploads

FORGOTTEN_AFTER = timedelta(days=1)
AGAIN_AFTER = timedelta(days=1)
"""What is whole and came to nothing, through no fault of its own, is tried again."""
EVERY_S = 600.0


class UploadSweep:
    lanes = (Lane(at_once=1),)

    async def advance(self, work: Work) -> Next:
        left = await work.read(partial(sweep, work.now()))
        return Next(State.QUEUED, EVERY_S) if left else Next(State.DONE)

    async def cancel(self, work: Work) -> Next:
        return Next(State.CANCELLED)

    async def clean_up(self, work: Work) -> None:
        await asyncio.sleep(0)


def sweep(now: datetime) -> int:
    """How many uploads are left to look after."""
    for folder in files.temporary().glob("ingest-*"):
        if not _is_worked_at(folder.name.removeprefix("ingest-")):
            shutil.rmtree(folder, ignore_errors=True)
    Upload.objects.filter(session=None, pk__in=_gone(now)).delete()
    left = {part.stem for part in files.uploads().glob("*.part") if _is_left(part, now)}
    return len(left | {str(one.pk) for one in _once_failed() if _has_hope(one, now)})


def _gone(now: datetime) -> list[UUID]:
    """Of which nothing is here, not even a job's word on why."""
    old = Upload.objects.filter(session=None, touched_at__lt=now - FORGOTTEN_AFTER)
    return [one.pk for one in old if not uploads.part(one.pk).exists() and uploads.job(one) is None]


def _once_failed() -> QuerySet[Upload]:
    """Their files may lie where their sessions' recordings do already."""
    failed = Job.objects.filter(kind=uploads.INGEST, state=State.FAILED).exclude(error_kind=uploads.REFUSED)
    return Upload.objects.filter(pk__in=[UUID(key) for key in failed.values_list("key", flat=True)])


def _has_hope(upload: Upload, now: datetime) -> bool:
    job = uploads.job(upload)
    if job is None or not uploads.is_kept(job):
        return job is not None and not job.is_over
    if job.finished_at is None or job.finished_at < now - AGAIN_AFTER:
        uploads.try_again(upload)
    return True


def _is_left(part: Path, now: datetime) -> bool:
    upload = Upload.objects.filter(pk=part.stem).first() if _is_id(part.stem) else None
    job = uploads.job(upload) if upload else None
    if job is not None and (uploads.is_kept(job) or not job.is_over):
        return True
    if upload is None or job is not None:
        part.unlink(missing_ok=True)
        return False
    if part.stat().st_size < upload.size and upload.touched_at < now - FORGOTTEN_AFTER:
        uploads.discard(upload)
        return False
    uploads.offset(upload)  # puts in the job of one that is whole, if a crash kept that from happening
    return True


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _is_worked_at(upload_id: str) -> bool:
    return Job.objects.filter(kind=uploads.INGEST, key=upload_id, state__in=Job.RUNNABLE).exists()
