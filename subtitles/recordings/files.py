"""Where a recording's files lie, below the data folder. Nobody else puts these paths together."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

AUDIO, PEAKS = "audio.flac", "peaks.bin"


def log_folder(session_id: int) -> Path:
    """Of the audio log, while it is the recording."""
    return _data("live", str(session_id))


def folder(session_id: int) -> Path:
    return _data("recordings", str(session_id))


def audio(session_id: int) -> Path:
    return folder(session_id) / AUDIO


def peaks(session_id: int) -> Path:
    return folder(session_id) / PEAKS


def original_name(container: str) -> str:
    """Of an uploaded file; `container` as `Recording.container`."""
    return f"original.{container}"


def original(session_id: int, container: str) -> Path:
    return folder(session_id) / original_name(container)


def uploads() -> Path:
    """Of files on their way here."""
    return _data("uploads")


def temporary() -> Path:
    """A folder on the same disk as all others, so that a file can be renamed from there."""
    path = _data("tmp")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _data(*parts: str) -> Path:
    path: Path = settings.SUBTITLES_DATA_DIR.joinpath(*parts)
    return path
