"""Recordings as a broadcast leaves them."""

from __future__ import annotations

import asyncio
import wave
from functools import partial
from itertools import count
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from subtitles.jobs import leases
from subtitles.jobs.database import Database
from subtitles.jobs.leases import Opening
from subtitles.jobs.outcome import step
from subtitles.jobs.work import Work
from subtitles.models import CaptionSession, Job, Recording, Room, User
from subtitles.recordings import encoding, files
from subtitles.recordings.audio_log import AudioLog
from subtitles.recordings.encoding import Encoding

AUDIO = Path(__file__).parents[1] / "audio"
_numbers = count(1)


def speech(name: str = "en_austen_5utt.wav") -> bytes:
    """16 kHz mono PCM16."""
    with wave.open(str(AUDIO / name)) as file:
        assert file.getframerate() == 16_000
        return bytes(file.readframes(file.getnframes()))


def log(session_id: int, *parts: bytes) -> None:
    """Each part by another epoch."""
    kept = AudioLog(files.log_folder(session_id))
    for epoch, pcm in enumerate(parts, 1):
        kept.begin_segment(epoch)
        kept.append(kept.end, pcm)
    kept.close()


def recording(pcm: bytes = b"", *, room: Room | None = None, samples: int | None = None) -> Recording:
    """Of a session that is over, sealed, with its log in two segments."""
    session = CaptionSession.objects.create(room=room or _room(), title="A talk", language="en", state="ended")
    found = Recording.objects.create(
        session=session, samples=len(pcm) // 2 if samples is None else samples, sealed_at=timezone.now()
    )
    if pcm:
        middle = len(pcm) // 4 * 2
        log(session.pk, pcm[:middle], pcm[middle:])
    return found


def _room() -> Room:
    owner, _ = User.objects.get_or_create(username="alice")
    return Room.objects.create(
        title="Talk", slug=f"talk-{next(_numbers)}-{timezone.now().timestamp():.6f}", owner=owner
    )


def worked(found: Recording) -> Job:
    """Its encoding job, after all the steps that follow one another."""
    encoding.ask(found.pk, found.session_id)
    return asyncio.run(_work(Encoding()))


async def _work(kind: Encoding) -> Job:
    database, now = Database(), timezone.now()
    opening = Opening(encoding.KIND, kind.lanes[0], 1)
    [(job, _)] = await database.run(partial(leases.claim, "tests", [opening], now, leases.until(now, 30)))
    work = Work(job, database, timezone.now)
    while await step(kind, work, lambda: True):
        pass
    await database.stop()
    return await Job.objects.aget(pk=job.pk)


def left(folder: str) -> list[str]:
    """Names of the files below a folder of the data folder."""
    return sorted(path.name for path in settings.SUBTITLES_DATA_DIR.joinpath(folder).rglob("*") if path.is_file())
