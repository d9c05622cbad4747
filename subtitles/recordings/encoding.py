"""The job after a recording: log to FLAC, then to where recordings are kept. Steps may be repeated after any kill.

queued → prepared (the FLAC is the recording) → done (the log is gone; the files are in their storage).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db.models import Q
from django.utils import timezone

from subtitles.jobs import queue
from subtitles.jobs.queue import Asked
from subtitles.jobs.steps import JobFailed, Lane, Next, State
from subtitles.jobs.work import Work
from subtitles.models import Job, Recording
from subtitles.recordings import storage
from subtitles.recordings.archive import Gone, Progress, archive

KIND, NO_AUDIO = "encode", "no-audio"
TELL_EVERY_S = 1.0
AGAIN_AFTER = timedelta(days=1)
"""A recording whose job failed, or was cancelled, is tried again: a bucket may be away for days."""
GIVEN_UP = (State.FAILED, State.CANCELLED)


def ask(recording_id: int, session_id: int) -> Asked:
    """In the transaction that seals the recording, or that keeps an upload's; one job at a time."""
    return queue.enqueue(KIND, str(recording_id), {"recording": recording_id, "session": session_id})


def forgotten() -> list[tuple[int, int]]:
    """What is sealed, not encoded or not in its storage, and nobody's business: each recording with its session."""
    given_up = Job.objects.filter(kind=KIND, state__in=GIVEN_UP, finished_at__lt=timezone.now() - AGAIN_AFTER)
    unfinished = Q(encoded_at=None) | Q(pk__in={int(key) for key in given_up.values_list("key", flat=True)})
    rows = list(Recording.objects.filter(unfinished, sealed_at__isnull=False).values_list("pk", "session_id"))
    if not rows:
        return []
    jobs = Job.objects.filter(kind=KIND, key__in=[str(pk) for pk, _ in rows])
    known = set(jobs.exclude(pk__in=given_up).values_list("key", flat=True))
    return [row for row in rows if str(row[0]) not in known]


class Encoding:
    lanes = (Lane(at_once=1),)

    async def advance(self, work: Work) -> Next:
        recording = await work.read(partial(_find, work.job))
        if recording is None:
            return await self.cancel(work)
        if work.state == State.QUEUED:
            return await self._encode(work, recording)
        await asyncio.to_thread(storage.settle, recording.session_id)
        return Next(State.DONE)

    async def _encode(self, work: Work, recording: Recording) -> Next:
        if recording.encoded_at is None:
            if recording.sealed_at is None:
                raise JobFailed("audio", "not-sealed", "The recording is not finished.")
            if recording.samples:
                await _in_a_thread(work, partial(archive, recording.session_id, recording.samples))
        return Next(State.PREPARED, step="storing", write=partial(_mark, recording.pk))

    async def cancel(self, work: Work) -> Next:
        return Next(State.CANCELLED)

    async def clean_up(self, work: Work) -> None:
        """Of a session that was erased meanwhile nothing stays."""
        if await work.read(partial(_find, work.job)) is None:
            await asyncio.to_thread(storage.erase, int(work.job.payload["session"]))


async def _in_a_thread(work: Work, doing: Callable[[Progress], None]) -> None:
    """Says how far it is. Raises JobFailed, LeaseLost, CancelAsked, OSError; the thread has ended then."""
    progress = Progress()
    thread = asyncio.ensure_future(asyncio.to_thread(doing, progress))
    try:
        while not thread.done():
            await work.progress("encoding", progress.percent)
            await asyncio.wait({thread}, timeout=TELL_EVERY_S)
        thread.result()
    except Gone:
        raise JobFailed("audio", NO_AUDIO, "Nothing of the recording's audio is left.") from None
    finally:
        progress.stop.set()
        await asyncio.gather(thread, return_exceptions=True)


def _find(job: Job) -> Recording | None:
    return Recording.objects.filter(pk=job.payload["recording"]).first()


def _mark(recording_id: int) -> None:
    now = timezone.now()
    with_audio = Recording.objects.filter(pk=recording_id, encoded_at=None, samples__gt=0)
    with_audio.update(encoded_at=now, peaks_at=now)
    Recording.objects.filter(pk=recording_id, encoded_at=None).update(encoded_at=now)
