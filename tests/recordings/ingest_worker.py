"""`main(file, *labels)`: for each label an upload whose worker is killed there; another one finds what is left.

Prints for each label what became of it, as JSON.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import sys
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from subtitles.jobs import leases
from subtitles.models import Job, Recording, Room, Upload, User
from subtitles.recordings import files, ingest, ingest_rows, uploads
from subtitles.recordings.flac import FlacReader, FlacWriter
from subtitles.recordings.ingest import Ingest
from tests.jobs.processes import ended, in_a_child, prepare_database, work


def install(label: str) -> None:
    """Dies at one of the places where it matters."""
    move, give, renaming = leases.move, ingest_rows.give_session, Path.rename

    def crash(here: str) -> None:
        if here == label:
            os.kill(os.getpid(), signal.SIGKILL)

    def moving(lease: Any, before: Any, change: Any, fields: Any) -> bool:
        crash(f"before {before} to {change.state}")
        asked = move(lease, before, change, fields)
        crash(f"after {before} to {change.state}")
        return asked

    def giving(*arguments: Any) -> int:
        session_id = give(*arguments)
        crash("inside the session's transaction")
        return session_id

    class Flac(FlacWriter):
        def write(self, pcm: bytes) -> None:
            super().write(pcm)
            crash("in the middle of decoding")

    def rename(path: Path, target: Path) -> Path:
        crash(f"before {target.name} is moved")
        moved = renaming(path, target)
        crash(f"after {target.name} was moved")
        return moved

    heard: list[tuple[ModuleType | type, str, object]] = [
        (leases, "move", moving),
        (ingest_rows, "give_session", giving),
        (ingest, "FlacWriter", Flac),
        (Path, "rename", rename),
    ]
    for place, name, value in heard:
        setattr(place, name, value)


def run(label: str) -> None:
    install(label)
    work(Ingest())


def story(content: bytes, label: str) -> dict[str, object]:
    owner, _ = User.objects.get_or_create(username="alice")
    room, _ = Room.objects.get_or_create(title="Talk", slug="talk", owner=owner)
    sessions = room.sessions.count()
    upload = uploads.begin(owner, room, "a talk.mp3", len(content), "en")
    Job.objects.filter(kind="upload-sweep").delete()
    uploads.append(upload, 0, len(content), io.BytesIO(content).read)
    killed = ended(in_a_child(partial(run, label)))
    left = Job.objects.latest("pk").state
    codes = [killed, ended(in_a_child(partial(run, "")))]
    found = Recording.objects.get(session=Upload.objects.get(pk=upload.pk).session)
    with FlacReader(files.audio(found.session_id)) as flac:
        samples = flac.samples
    original = files.original(found.session_id, "mp3").read_bytes()
    return {
        "codes": codes,
        "left": left,
        "state": Job.objects.latest("pk").state,
        "sessions": room.sessions.count() - sessions,
        "same": original == content and found.sha256 == hashlib.sha256(content).hexdigest(),
        "whole": found.samples == samples > 0 and None not in (found.sealed_at, found.encoded_at, found.peaks_at),
        "files": sorted(path.name for path in files.folder(found.session_id).iterdir()),
        "litter": [path.name for name in ("uploads", "tmp") for path in files.uploads().with_name(name).iterdir()],
    }


def main(file: str, *labels: str) -> None:
    prepare_database()
    content = Path(file).read_bytes()
    json.dump({label: story(content, label) for label in labels}, sys.stdout)
