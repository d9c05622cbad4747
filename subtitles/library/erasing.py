"""Sessions erased: rows, files, and what the search knows of them. What was paid for them stays on the books."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from subtitles.jobs import queue
from subtitles.models import CaptionSession, Job, Revision, Sentence, Upload, User

logger = logging.getLogger(__name__)

ROWS_A_TRANSACTION = 200
"""Live captions never wait for a long session's end."""


class StillOpen(Exception):
    """It is live, or its last words are being written: end it first."""


def erase(session: CaptionSession, by: User) -> None:
    """All of it, at once and for good. A job at work on it finds its recording gone, and stops. Raises StillOpen."""
    if session.state in CaptionSession.OPEN:
        raise StillOpen
    pk, jobs = session.pk, list(Job.objects.filter(transcription__recording__session=session))
    for job in jobs:
        queue.cancel(job.pk)
    _in_parts(Revision.objects.filter(sentence__transcript__session=session))
    _in_parts(Sentence.objects.filter(transcript__session=session))
    with transaction.atomic():
        Upload.objects.filter(session=session).delete()
        session.delete()
        transaction.on_commit(partial(_discard, [*_folders(pk), *(_folder("jobs", job.pk) for job in jobs)]))
    logger.info("session %s: erased by user %s; jobs %s", pk, by.pk, [job.pk for job in jobs])


def _in_parts(rows: QuerySet[Revision] | QuerySet[Sentence]) -> None:
    while some := list(rows.order_by().values_list("pk", flat=True)[:ROWS_A_TRANSACTION]):
        rows.model._default_manager.filter(pk__in=some).delete()


def _folders(session_id: int) -> list[Path]:
    return [_folder("live", session_id), _folder("recordings", session_id)]


def _folder(kind: str, number: int) -> Path:
    path: Path = settings.SUBTITLES_DATA_DIR / kind / str(number)
    return path


def _discard(folders: Iterable[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
