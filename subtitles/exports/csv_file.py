"""A table (RFC 4180): a row for each cue."""

from __future__ import annotations

import csv
import io

from subtitles.exports.cues import Cue
from subtitles.exports.document import Document
from subtitles.exports.timecodes import clock_time

COLUMNS = ("number", "begin", "end", "begin_ms", "end_ms", "speaker", "text", "language", "emotion", "events")
_FORMULA = tuple("=+-@\t\r＝＋－＠")
"""A cell that begins so is a formula to a spreadsheet (OWASP, "CSV Injection"); an apostrophe makes it text."""


def csv_file(document: Document) -> bytes:
    table = io.StringIO(newline="")
    rows = csv.writer(table, quoting=csv.QUOTE_ALL)
    rows.writerow(COLUMNS)
    for number, cue in enumerate(document.cues, 1):
        cells = _cells(number, cue, document.speakers)
        rows.writerow(map(_inert, cells) if document.spreadsheet else cells)
    return table.getvalue().encode("utf-8-sig" if document.spreadsheet else "utf-8")


def _cells(number: int, cue: Cue, speakers: bool) -> list[str]:
    times = [clock_time(cue.begin_ms), clock_time(cue.end_ms), str(cue.begin_ms), str(cue.end_ms)]
    speaker = cue.speaker if speakers else ""
    return [str(number), *times, speaker, cue.text, cue.language, cue.emotion, " ".join(cue.events)]


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
