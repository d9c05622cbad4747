from __future__ import annotations

from asgiref.sync import sync_to_async

from subtitles.live.runtime import Runtime
from subtitles.models import Job, Room
from tests.recordings.ground import recording


async def test_a_sweep_gives_forgotten_recordings_to_a_job_once(live: Runtime, room: Room) -> None:
    found = await sync_to_async(recording)(b"\1\0" * 100, room=room)
    await live.sweep()
    await live.sweep()
    [job] = await sync_to_async(lambda: list(Job.objects.all()))()
    assert (job.kind, job.key) == ("encode", str(found.pk))
