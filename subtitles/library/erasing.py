"""Sessions erased: rows, files, and what the search knows of them. What was paid for them stays on the books."""

from __future__ import annotations

import logging
import shutil
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from subtitles.jobs import queue
from subtitles.models import CaptionSession, Job, Revision, Room, Sentence, Upload, User
from subtitles.recordings import storage

logger = logging.getLogger(__name__)

ROWS_A_TRANSACTION = 200
"""Live captions never wait for a long session's end."""


class StillOpen(Exception):
    """It is live, or its last words are being written: end it first."""


def erase(session: CaptionSession, by: User) -> None:
    """All of it, for good. A job at work on it finds its recording gone, and stops. Raises StillOpen, OSError.

    After an OSError, from a bucket that is away, the session is still there: it can be erased again.
    """
    if session.state in CaptionSession.OPEN:
        raise StillOpen
    pk, jobs = session.pk, list(_jobs(session))
    for job in jobs:
        queue.cancel(job.pk)
    storage.erase(pk)
    _in_parts(Revision.objects.filter(sentence__transcript__session=session))
    _in_parts(Sentence.objects.filter(transcript__session=session))
    with transaction.atomic():
        Upload.objects.filter(session=session).delete()
        session.delete()
    logger.info("session %s: erased by user %s; jobs %s", pk, by.pk, [job.pk for job in jobs])


def follow(instance: CaptionSession, **_: Any) -> None:
    """The files go with the row, whoever deletes it: a room that is deleted takes its sessions along. Before it is
    deleted: afterwards nobody knows its jobs any more. Whoever watches the room is to see that something changed."""
    Room.objects.filter(pk=instance.room_id).update(seq=F("seq") + 1)
    for folder in [_folder(job) for job in _jobs(instance)]:
        transaction.on_commit(partial(shutil.rmtree, folder, ignore_errors=True), robust=True)
    transaction.on_commit(partial(storage.erase, instance.pk), robust=True)


def _jobs(session: CaptionSession) -> QuerySet[Job]:
    encoding = Q(kind="encode", payload__session=session.pk)
    return Job.objects.filter(Q(transcription__recording__session=session) | encoding)


def _folder(job: Job) -> Path:
    path: Path = settings.SUBTITLES_DATA_DIR / "jobs" / str(job.pk)
    return path


def _in_parts(rows: QuerySet[Revision] | QuerySet[Sentence]) -> None:
    while some := list(rows.order_by().values_list("pk", flat=True)[:ROWS_A_TRANSACTION]):
        rows.model._default_manager.filter(pk__in=some).delete()
