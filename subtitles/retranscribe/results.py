"""Results on disk: whole or not there, and checked when they are read. A service keeps its own for a day only."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from subtitles.engines import lines
from subtitles.engines.base import Transcribed


class Damaged(Exception):
    """The file is not there, or is not what was written, or nobody can read it any more."""


def keep(path: Path, transcribed: Transcribed) -> str:
    """Writes it beside `path` and renames it; the file's sha256. A line for each sentence. Blocks. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    sha256 = hashlib.sha256()
    with part.open("wb") as file:
        for line in lines.encoded(transcribed):
            sha256.update(line)
            file.write(line)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return sha256.hexdigest()


def load(path: Path, sha256: str) -> Transcribed:
    """Blocks. Raises Damaged."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Damaged(str(path.name)) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Damaged(str(path.name))
    try:
        return lines.decoded(data)
    except ValueError as error:  # of an older version
        raise Damaged(str(path.name)) from error
