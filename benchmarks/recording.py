"""From the end of a long session to a recording that plays: how soon, with how much memory, and who waits meanwhile.

Run as `python -m benchmarks.recording [--hours 2]`. The log is read speech, repeated; the jobs' runner works in a loop
of its own process, as in the server.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

if TYPE_CHECKING:
    from subtitles.models import Recording

TICK_S = 0.005
IDLE_TICKS = 400


@dataclass
class Loop:
    """How late a timer of the loop that the job shares comes."""

    idle: list[float] = field(default_factory=list)
    beside_it: list[float] = field(default_factory=list)

    async def watch(self, delays: list[float], ticks: int | None = None) -> None:
        while ticks is None or len(delays) < ticks:
            due = time.perf_counter() + TICK_S
            await asyncio.sleep(TICK_S)
            delays.append(max(0.0, time.perf_counter() - due))


def spoken(hours: float) -> Recording:
    """A session that has just ended; its log is on the disk."""
    from subtitles.recordings import files  # noqa: PLC0415 - needs the applications loaded
    from tests.recordings.ground import recording, speech  # noqa: PLC0415

    pcm, samples = speech(), round(hours * 3600 * 16_000)
    found = recording(samples=samples)
    folder = files.log_folder(found.session_id)
    folder.mkdir(parents=True)
    with (folder / "1-0.pcm").open("wb") as file:
        for _ in range(samples // (len(pcm) // 2) + 1):
            file.write(pcm)
        file.truncate(samples * 2)
        file.flush()
        os.fsync(file.fileno())
    return found


async def encoded(found: Recording, loop: Loop) -> tuple[float, float]:
    """Seconds until it plays, and until its job is over."""
    from subtitles.jobs import runner  # noqa: PLC0415
    from subtitles.models import Job, Recording  # noqa: PLC0415
    from subtitles.recordings import encoding  # noqa: PLC0415

    runner.launch()
    await loop.watch(loop.idle, IDLE_TICKS)
    watching = asyncio.create_task(loop.watch(loop.beside_it))
    begin = time.perf_counter()
    await asyncio.to_thread(encoding.ask, found.pk, found.session_id)
    while not await Recording.objects.filter(pk=found.pk, encoded_at__isnull=False).aexists():  # noqa: ASYNC110 - a row
        await asyncio.sleep(0.1)
    playable = time.perf_counter() - begin
    while not await Job.objects.filter(state="done").aexists():  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    over = time.perf_counter() - begin
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await runner.drain()
    return playable, over


def peaks_alone(found: Recording, folder: Path) -> float:
    from subtitles.recordings.peaks import PeaksWriter  # noqa: PLC0415
    from subtitles.recordings.reading import RecordingReader  # noqa: PLC0415

    seconds, at = 0.0, 0
    with RecordingReader(found.session_id) as reader, PeaksWriter(folder / "peaks") as peaks:
        while pcm := reader.read(at, 64_000):
            begin = time.perf_counter()
            peaks.write(pcm)
            seconds += time.perf_counter() - begin
            at += len(pcm) // 2
    return seconds


def random_reads(found: Recording) -> list[float]:
    from subtitles.recordings.reading import RecordingReader  # noqa: PLC0415

    times = []
    with RecordingReader(found.session_id) as reader:
        for step in range(100):
            begin = time.perf_counter()
            reader.read(step * 7_919 * 16_000 % found.samples, 16_000)
            times.append(time.perf_counter() - begin)
    return times


def measure(hours: float, folder: Path) -> None:
    call_command("migrate", verbosity=0)
    found, before, loop = spoken(hours), resource.getrusage(resource.RUSAGE_SELF), Loop()
    playable, over = asyncio.run(encoded(found, loop))
    after = resource.getrusage(resource.RUSAGE_SELF)
    files_of = {path.name: path.stat().st_size for path in (folder / "recordings").rglob("*") if path.is_file()}
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{hours:g} h of speech, log {found.samples * 2 / 1e6:.0f} MB, files {files_of}")
    print(f"playable after stop                     {playable:8.2f} s   (aim 20; peaks are there at the same moment)")
    print(f"job over                                {over:8.2f} s")
    print(f"of that, peaks                          {peaks_alone(found, folder):8.2f} s   (aim 10; measured alone)")
    print(f"CPU of the process                      {cpu:8.2f} s")
    memory = after.ru_maxrss / 1024, before.ru_maxrss / 1024
    print(f"memory at its highest                   {memory[0]:8.0f} MB  (aim 200; before {memory[1]:.0f})")
    for name, delays in {"before": loop.idle, "beside it": loop.beside_it}.items():
        late = quantiles(delays, n=100)
        print(f"a timer of the loop late by, {name:9}  {late[49] * 1e3:8.2f} / {late[98] * 1e3:.2f} ms   (p50 / p99)")
    reads = quantiles(random_reads(found), n=100)
    print(f"a second of sound from anywhere, p50/99 {reads[49] * 1e3:8.2f} / {reads[98] * 1e3:.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="subtitles-recording-") as folder:
        os.environ |= {"SUBTITLES_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "subtitles.settings"}
        os.environ["SUBTITLES_LOG_LEVEL"] = "WARNING"
        django.setup()
        measure(arguments.hours, Path(folder))


if __name__ == "__main__":
    main()
