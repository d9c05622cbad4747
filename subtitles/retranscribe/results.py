"""Results on disk: whole or not there, and checked when they are read. A service keeps its own for a day only."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from subtitles.engines.base import Transcribed
from subtitles.speech import FinalResult, Word


class Damaged(Exception):
    """The file is not there, or is not what was written."""


def keep(path: Path, transcribed: Transcribed) -> str:
    """Writes it beside `path` and renames it; the file's sha256. Raises OSError."""
    data = json.dumps(dataclasses.asdict(transcribed), ensure_ascii=False).encode("utf-8", "surrogatepass")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return hashlib.sha256(data).hexdigest()


def load(path: Path, sha256: str) -> Transcribed:
    """Raises Damaged."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Damaged(str(path.name)) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Damaged(str(path.name))
    kept = json.loads(data.decode("utf-8", "surrogatepass"))
    kept["sentences"] = tuple(map(_sentence, kept["sentences"]))
    kept["untimed"] = tuple(kept["untimed"])
    return Transcribed(**kept)


def _sentence(kept: Mapping[str, Any]) -> FinalResult:
    words = tuple(Word(**word) for word in kept["words"])
    return FinalResult(**{**kept, "words": words, "events": tuple(kept["events"])})
