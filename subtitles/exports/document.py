"""What a file is written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from subtitles.exports.cues import Cue


@dataclass(frozen=True, slots=True)
class Document:
    """Cues in order, with what a format may say beside them. Each format takes what it has room for."""

    cues: Sequence[Cue]
    title: str = ""
    language: str = ""
    speakers: bool = True
    """Say who speaks, where the format can."""
    times: bool = True
    """Times in formats that are read as plain text."""
    word_times: bool = False
    """WebVTT: the moment of each word."""
    spreadsheet: bool = True
    """CSV for people: a byte order mark, and formulas made harmless. Off for programs."""
