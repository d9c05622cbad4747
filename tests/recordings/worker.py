"""`main(*labels)`: for each label a recording whose worker is killed there, and another worker that finds what is left.

Prints for each label what became of it, as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from subtitles.jobs import leases
from subtitles.models import Job, Recording
from subtitles.recordings import archive, encoding, files, storage
from subtitles.recordings.encoding import Encoding
from subtitles.recordings.flac import FlacReader, FlacWriter
from subtitles.recordings.placing import placed
from tests.jobs.processes import ended, in_a_child, prepare_database, work
from tests.recordings.ground import recording, speech


class Crash:
    def __init__(self, label: str) -> None:
        self._label = label

    def __call__(self, here: str) -> None:
        if here == self._label:
            os.kill(os.getpid(), signal.SIGKILL)


class Dying(FlacWriter):
    crash = Crash("")

    def write(self, pcm: bytes) -> None:
        super().write(pcm)
        if self.samples > 100_000:
            self.crash("in the middle of the FLAC")


def install(crash: Crash) -> None:
    """Lets `crash` hear of every place where a process may die."""
    move = leases.move

    def moving(lease: Any, before: Any, change: Any, fields: Any) -> bool:
        crash(f"before {before} to {change.state}")
        asked = move(lease, before, change, fields)
        crash(f"after {before} to {change.state}")
        return asked

    @contextmanager
    def placing(path: Path) -> Iterator[Path]:
        with placed(path) as part:
            yield part
            crash(f"before {path.name} takes its place")
        crash(f"after {path.name} took its place")

    def removing(folder: Path) -> None:
        next(folder.iterdir()).unlink()
        crash("in the middle of the log's end")
        shutil.rmtree(folder)

    Dying.crash = crash
    heard: list[tuple[ModuleType, str, object]] = [
        (leases, "move", moving),
        (archive, "placed", placing),
        (archive, "FlacWriter", Dying),
        (storage, "_remove", lambda folder: removing(folder) if folder.exists() else None),
    ]
    for module, name, value in heard:
        setattr(module, name, value)


def run(label: str) -> None:
    install(Crash(label))
    work(Encoding())


def story(pcm: bytes, label: str) -> dict[str, object]:
    found = recording(pcm)
    encoding.ask(found.pk, found.session_id)
    killed = ended(in_a_child(partial(run, label)))
    left = Job.objects.latest("pk").state
    codes = [killed, ended(in_a_child(partial(run, "")))]
    with FlacReader(files.audio(found.session_id)) as flac:
        same = flac.read(0, len(pcm)) == pcm
    found = Recording.objects.get(pk=found.pk)
    return {
        "codes": codes,
        "left": left,
        "state": Job.objects.latest("pk").state,
        "same": same and found.encoded_at is not None and found.peaks_at is not None,
        "files": sorted(path.name for path in files.folder(found.session_id).iterdir()),
        "log": files.log_folder(found.session_id).exists(),
    }


def main(*labels: str) -> None:
    prepare_database()
    pcm = speech()[:400_000]
    json.dump({label: story(pcm, label) for label in labels}, sys.stdout)
