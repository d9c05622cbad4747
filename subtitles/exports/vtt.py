"""WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format")."""

from __future__ import annotations

from collections.abc import Iterator

from subtitles.exports.cues import Cue
from subtitles.exports.document import Document
from subtitles.exports.timecodes import clock_time

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\\": "＼"})
"""A backslash needs no escape, and has none; but ffmpeg, and what is built on it, takes "{\\p1}" for a command."""


def vtt(document: Document) -> bytes:
    """Escaped text cannot end a cue: "-->" needs a bracket, and a blank line is never in a cue."""
    blocks = ["WEBVTT", *(_block(cue, document) for cue in document.cues)]
    return ("\n\n".join(blocks) + "\n").encode()


def _block(cue: Cue, document: Document) -> str:
    lines = _with_word_times(cue) if document.word_times else [_escaped(line) for line in cue.lines]
    if document.speakers and cue.speaker:
        lines = [f"<v {_escaped(cue.speaker)}>{lines[0]}", *lines[1:]]
    return f"{clock_time(cue.begin_ms)} --> {clock_time(cue.end_ms)}\n" + "\n".join(lines)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _with_word_times(cue: Cue) -> list[str]:
    """A time before each word but the first."""
    found, at = [""] * len(cue.lines), [0] * len(cue.lines)
    for line, place, ms in _word_places(cue):
        found[line] += f"{_escaped(cue.lines[line][at[line] : place])}<{clock_time(ms)}>"
        at[line] = place
    return [timed + _escaped(line[begin:]) for timed, line, begin in zip(found, cue.lines, at, strict=True)]


def _word_places(cue: Cue) -> Iterator[tuple[int, int, int]]:
    """Line, place in it, and time of each word that stands there; times must rise, and lie inside of the cue."""
    line, at, shown = 0, 0, cue.begin_ms
    for word in cue.words:
        places = ((n, cue.lines[n].find(word.text, at if n == line else 0)) for n in range(line, len(cue.lines)))
        here = next(((n, place) for n, place in places if place >= 0), None)
        if here is None or not word.text:
            continue
        line, at = here[0], here[1] + len(word.text)
        if shown < word.begin_ms < cue.end_ms:
            shown = word.begin_ms
            yield *here, word.begin_ms
