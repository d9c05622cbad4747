"""Transcripts as files that take nobody else's place."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryFile

from subtitles.engines.base import Transcribed
from subtitles.exports.formats import FORMATS, Choices, Format, exported
from subtitles.exports.presets import PRESETS
from subtitles.management.option_values import WrongWish
from subtitles.speech import FinalResult

TIMELESS = ("txt", "docx")
"""Formats that are of use without times."""


def content(heard: Transcribed, chosen: Format, title: str, language: str) -> bytes:
    """Bare text, of a model that tells no times, becomes sentences that all begin at 0."""
    sentences = heard.sentences or tuple(FinalResult(0, 0, text) for text in heard.untimed)
    spoken = language or heard.language
    preset = PRESETS["netflix-zh-hans" if spoken.lower().startswith(("zh", "yue", "cmn")) else "netflix-en"]
    choices = Choices(preset if chosen.on_screen else None, times=chosen.key != "txt" and not heard.untimed)
    return exported(sentences, chosen, choices, title, spoken)


def format_for(heard: Transcribed, wanted: str) -> Format:
    """What was paid for is kept, as text where it cannot be what was wanted."""
    return FORMATS["txt" if heard.untimed and wanted not in TIMELESS else wanted]


def check_folder(folder: Path) -> None:
    """Before anything is paid for. Raises WrongWish."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise WrongWish(f"Results cannot be written to {folder}: {error.strerror}.") from error


def write(path: Path, data: bytes, *, force: bool) -> None:
    """Whole or not at all. Raises FileExistsError unless `force`, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{token_hex(8)}.part")  # short: the name itself may be as long as names may be
    try:
        part.write_bytes(data)
        if force:
            part.replace(path)
        else:
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
