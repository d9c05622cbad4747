"""Files on their way here, in pieces, byte for byte. What has arrived is the length of `uploads/<id>.part`.

All of it blocks: views call it, and jobs in a thread.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from subtitles.jobs import queue
from subtitles.models import Job, Room, Upload, User
from subtitles.recordings import files
from subtitles.speech import clean_text

MOST_BYTES = 2 << 30
"""As the batch models take (Model Studio help, "recorded speech recognition", limits)."""
CHUNK_BYTES = 8 << 20
"""Of one request."""
OPEN_AT_ONCE = 20
"""Of one person: files that are neither whole nor given up. Whole ones only wait for their job."""
INGEST, SWEEP = "ingest", "upload-sweep"
REFUSED = "audio"
"""The kind of problem that lies in the file. What fails for any other reason may go well another time."""
_PIECE_BYTES = 1 << 18


class Refused(Exception):
    """`str()` is a key; `pages.recordings.upload_words` has the sentence."""


class WrongOffset(Exception):
    """The bytes begin somewhere else than where those that are here end, at `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def begin(user: User, room: Room, file_name: str, size: int, language: str, pcm_rate: int | None = None) -> Upload:
    """Makes room for a file of `size` bytes. Raises Refused."""
    if size <= 0:
        raise Refused("empty")
    if size > MOST_BYTES:
        raise Refused("too-big")
    if not has_room(size):
        raise Refused("disk-full")
    with transaction.atomic():
        # The lock: of several that begin at once none slips past the count.
        User.objects.select_for_update().get(pk=user.pk)
        if _open_ones(user) >= OPEN_AT_ONCE:
            raise Refused("too-many")
        name = clean_text(file_name, 255) or "?"
        upload = Upload.objects.create(
            room=room, requested_by=user, file_name=name, size=size, language=language, pcm_rate=pcm_rate
        )
        part(upload.pk).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part(upload.pk).touch(0o600, exist_ok=False)
    queue.enqueue(SWEEP, "all")
    return upload


def part(upload_id: UUID) -> Path:
    return files.uploads() / f"{upload_id}.part"


def has_room(size: int) -> bool:
    free = shutil.disk_usage(settings.SUBTITLES_DATA_DIR).free
    return bool(free - size >= settings.SUBTITLES_MIN_FREE_BYTES)


def offset(upload: Upload) -> int:
    """How many bytes are here, and on the disk. Raises Refused (gone)."""
    with _held(upload) as descriptor:
        os.fsync(descriptor)
        end = os.fstat(descriptor).st_size
        _look_whether_whole(upload, end)
        return end


def append(upload: Upload, begin: int, size: int, read: Callable[[int], bytes]) -> int:
    """Adds up to `size` bytes from `read`, the first of them at `begin`; the new length, which is on the disk.

    Raises WrongOffset, Refused (gone, too-big, disk-full), OSError.
    """
    with _held(upload) as descriptor:
        end = os.fstat(descriptor).st_size
        if begin != end:
            raise WrongOffset(end)
        if end + size > upload.size:
            raise Refused("too-big")
        if not has_room(size):
            raise Refused("disk-full")
        try:
            end = _write(descriptor, end, size, read)
            os.fsync(descriptor)
        except OSError as error:
            raise Refused("disk-full") if error.errno in (errno.ENOSPC, errno.EDQUOT) else error from error
        Upload.objects.filter(pk=upload.pk).update(touched_at=timezone.now())
        _look_whether_whole(upload, end)
    return end


def job(upload: Upload) -> Job | None:
    """What makes a session of it, once it is whole."""
    return Job.objects.filter(kind=INGEST, key=str(upload.pk)).first()


def is_unwanted(job: Job) -> bool:
    """The file was refused or given up: nobody needs to keep it."""
    return job.state == Job.State.CANCELLED or (job.state == Job.State.FAILED and job.error_kind == REFUSED)


def is_kept(job: Job) -> bool:
    """Its job failed, and not because of the file."""
    return job.state == Job.State.FAILED and job.error_kind != REFUSED


def is_becoming(upload: Upload, job: Job | None) -> bool:
    """It has its session, whose sound is not there yet: without the upload nobody would try again."""
    return job is not None and is_kept(job) and upload.session_id is not None


def try_again(upload: Upload) -> bool:
    """Another job for one that is kept, which knows what the failed one knew. False = there is none to be tried."""
    failed = job(upload)
    if failed is None or not is_kept(failed):
        return False
    return queue.enqueue(INGEST, str(upload.pk), failed.payload, requested_by=upload.requested_by).is_new


def discard(upload: Upload) -> None:
    """Somebody does not want it any more. What became a session stays one, and what is becoming one does."""
    working = job(upload)
    if working is not None and not working.is_over:
        queue.cancel(working.pk)
        return
    if is_becoming(upload, working):
        return
    part(upload.pk).unlink(missing_ok=True)
    upload.delete()


def _look_whether_whole(upload: Upload, end: int) -> None:
    if end == upload.size and job(upload) is None:
        queue.enqueue(INGEST, str(upload.pk), requested_by=upload.requested_by)


def _open_ones(user: User) -> int:
    mine = Upload.objects.filter(requested_by=user, session=None).values_list("pk", "size")
    return sum(part(pk).exists() and part(pk).stat().st_size < size for pk, size in mine)


@contextmanager
def _held(upload: Upload) -> Iterator[int]:
    """The file, while nobody else adds to it: another process may serve the same person's other request."""
    try:
        descriptor = os.open(part(upload.pk), os.O_RDWR | os.O_APPEND)
    except FileNotFoundError:
        raise Refused("gone") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _write(descriptor: int, end: int, size: int, read: Callable[[int], bytes]) -> int:
    until = end + size
    while end < until and (data := read(min(_PIECE_BYTES, until - end))):
        view = memoryview(data)
        while view:
            written = os.write(descriptor, view)
            end, view = end + written, view[written:]
    return end
