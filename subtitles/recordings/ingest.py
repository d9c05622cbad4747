"""The job that makes a session of an uploaded file. Each step may be repeated after a crash."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from uuid import UUID

from subtitles.jobs.steps import JobFailed, Lane, Next, Problem, State
from subtitles.jobs.work import Work
from subtitles.models import Upload
from subtitles.recordings import decoding, files, ingest_rows, storage, uploads
from subtitles.recordings.flac import FlacWriter
from subtitles.recordings.ingest_rows import Outcome
from subtitles.recordings.peaks import PeaksWriter
from subtitles.recordings.placing import placed

logger = logging.getLogger(__name__)

TELL_EVERY_S = 1.0
PAUSES_S = (2.0, 10.0, 60.0, 300.0)
"""Before the next try while storage is away; the last one for as long as that takes: a bucket may be away for days."""
DAMAGED = Problem(uploads.REFUSED, "damaged", "A part of the file is missing or broken. What could be decoded is kept.")
GONE = (uploads.REFUSED, "gone", "The file is not here any more.")


class Ingest:
    """queued: decoded, copies made → prepared: given its session, and moved there → done."""

    lanes = (Lane(at_once=1),)

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock

    async def advance(self, work: Work) -> Next:
        upload = await work.read(partial(ingest_rows.upload, work.job.key))
        if upload is None:
            raise JobFailed(*GONE)
        return await _patiently(work, upload, self._decode if work.state == State.QUEUED else self._settle)

    async def cancel(self, work: Work) -> Next:
        """What already has its session is brought to its end: half of it would be worse than all."""
        upload = await work.read(partial(ingest_rows.upload, work.job.key))
        if upload is not None and upload.session_id is not None:
            return await _patiently(work, upload, self._settle)
        return Next(State.CANCELLED)

    async def clean_up(self, work: Work) -> None:
        """The file itself goes only if nobody wants it; otherwise it was moved, or is decoded anew another time."""
        await asyncio.to_thread(shutil.rmtree, _folder(work.job.key), ignore_errors=True)
        if await work.read(partial(ingest_rows.is_unwanted, work.job.pk)):
            uploads.part(UUID(work.job.key)).unlink(missing_ok=True)
            given = await work.read(partial(ingest_rows.given, work.job.pk))
            if given is not None:
                await asyncio.to_thread(storage.erase, given)

    async def _decode(self, work: Work, upload: Upload) -> Next:
        part, folder = uploads.part(upload.pk), _folder(work.job.key)
        try:
            facts = await self._copy(work, upload, part, folder)
            sha256 = await asyncio.to_thread(_sha256, part)
        except FileNotFoundError:
            if part.exists():
                raise
            if upload.session_id is None:
                raise JobFailed(*GONE) from None
            # A job before this one moved it, after its copies, and then failed.
            return Next(State.PREPARED, step="placing", percent=99)
        except decoding.Refused as refusal:
            raise JobFailed(uploads.REFUSED, refusal.key, str(refusal)) from None
        outcome = Outcome(facts, sha256)
        return Next(
            State.PREPARED, step="placing", percent=99, write=partial(ingest_rows.remember, work.job.pk, outcome)
        )

    async def _copy(self, work: Work, upload: Upload, part: Path, folder: Path) -> decoding.Facts:
        """Its copies for player and local engines, written while it is decoded."""
        told = self._clock()
        with ExitStack() as stack:
            await asyncio.to_thread(_empty, folder)
            flac = stack.enter_context(FlacWriter(stack.enter_context(placed(folder / files.AUDIO))))
            peaks = stack.enter_context(PeaksWriter(stack.enter_context(placed(folder / files.PEAKS))))

            def write(pcm: bytes) -> None:
                flac.write(pcm)
                peaks.write(pcm)

            async def take(pcm: bytes, percent: int) -> None:
                nonlocal told
                await asyncio.to_thread(write, pcm)
                if self._clock() - told >= TELL_EVERY_S:
                    told = self._clock()
                    await work.progress("decoding", percent)

            return await decoding.decode(part, upload.pcm_rate, take)

    async def _settle(self, work: Work, upload: Upload) -> Next:
        outcome = await work.read(partial(ingest_rows.outcome, work.job.pk))
        session_id = await work.read(partial(ingest_rows.session_of, work.job.pk, upload.pk))
        if session_id is None:
            session_id = await work.commit(partial(ingest_rows.give_session, work.job.pk, upload, outcome))
        await asyncio.to_thread(_move, upload.pk, session_id, outcome.facts.container)
        return Next(
            State.DONE,
            problem=DAMAGED if outcome.facts.is_damaged else None,
            write=partial(ingest_rows.seal, session_id, outcome),
        )


async def _patiently(work: Work, upload: Upload, doing: Callable[[Work, Upload], Awaitable[Next]]) -> Next:
    """Of a file that is here whole nothing is given up because storage fails."""
    try:
        return await doing(work, upload)
    except OSError as error:
        logger.warning("job %s (ingest): storage: %s, attempt %d", work.job.pk, error, work.job.attempts + 1)
        problem = Problem(
            "storage", "storage", f"A file could not be read or written: {error.strerror or 'no reason'}."
        )
        pause = PAUSES_S[min(work.job.attempts, len(PAUSES_S) - 1)]
        return Next(work.state, pause, step=work.job.step, percent=work.job.percent, problem=problem)


def _folder(upload_id: str) -> Path:
    return files.temporary() / f"ingest-{upload_id}"


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _move(upload_id: UUID, session_id: int, container: str) -> None:
    """Renames what has not been renamed yet, and hands it to where recordings are kept. Raises JobFailed, OSError."""
    copies = _folder(str(upload_id))
    files.folder(session_id).mkdir(mode=0o700, parents=True, exist_ok=True)
    for source, name in (
        (copies / files.AUDIO, files.AUDIO),
        (copies / files.PEAKS, files.PEAKS),
        (uploads.part(upload_id), files.original_name(container)),
    ):
        if source.exists():
            source.rename(files.folder(session_id) / name)
        elif storage.find(session_id, name) is None:
            raise JobFailed(*GONE)
    storage.settle(session_id)
