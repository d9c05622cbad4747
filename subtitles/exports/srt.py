"""SubRip: it has no standard; this is what every player reads."""

from __future__ import annotations

from subtitles.exports.cues import Cue, labelled
from subtitles.exports.document import Document
from subtitles.exports.lookalikes import harmless
from subtitles.exports.timecodes import clock_time


def srt(document: Document) -> bytes:
    blocks = (_block(number, cue, label, document) for number, (cue, label) in enumerate(labelled(document.cues), 1))
    return "\n".join(blocks).encode()


def _block(number: int, cue: Cue, label: str, document: Document) -> str:
    times = f"{clock_time(cue.begin_ms, ',')} --> {clock_time(cue.end_ms, ',')}"
    first = label + cue.lines[0] if document.speakers else cue.lines[0]
    lines = [harmless(line) for line in (first, *cue.lines[1:])]
    return "\n".join([str(number), times, *lines, ""])
