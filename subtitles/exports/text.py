"""Plain text: a line for each cue."""

from __future__ import annotations

from subtitles.exports.cues import Cue, labelled
from subtitles.exports.document import Document
from subtitles.exports.timecodes import whole_seconds


def text(document: Document) -> bytes:
    return "".join(_line(cue, label, document) for cue, label in labelled(document.cues)).encode()


def _line(cue: Cue, label: str, document: Document) -> str:
    time = f"[{whole_seconds(cue.begin_ms)}] " if document.times else ""
    return f"{time}{label if document.speakers else ''}{cue.text}\n"
