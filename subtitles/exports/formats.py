"""The formats that a transcript can be taken away in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from subtitles.exports.ass import ass
from subtitles.exports.clock import Clock, aligned
from subtitles.exports.csv_file import csv_file
from subtitles.exports.cues import cues, one_a_sentence
from subtitles.exports.document import Document
from subtitles.exports.docx_file import docx_file
from subtitles.exports.json_file import json_file
from subtitles.exports.presets import Preset
from subtitles.exports.srt import srt
from subtitles.exports.text import text
from subtitles.exports.vtt import vtt
from subtitles.speech import FinalResult


@dataclass(frozen=True, slots=True)
class Format:
    key: str
    extension: str
    mime: str
    write: Callable[[Document], bytes]
    on_screen: bool = False
    """Is it shown over a video, so that sentences must be laid out as cues?"""
    prints_labels: bool = False
    """Are speakers part of its lines, and take their room?"""


FORMATS = {
    found.key: found
    for found in (
        Format("vtt", "vtt", "text/vtt; charset=utf-8", vtt, on_screen=True),
        Format("srt", "srt", "application/x-subrip; charset=utf-8", srt, on_screen=True, prints_labels=True),
        Format("txt", "txt", "text/plain; charset=utf-8", text),
        Format("json", "json", "application/json", json_file),
        Format("ass", "ass", "text/x-ssa; charset=utf-8", ass, on_screen=True),
        Format("csv", "csv", "text/csv; charset=utf-8", csv_file),
        Format("docx", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx_file),
    )
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chose for a file; `Document` says what each does. Without a preset a sentence is a cue."""

    preset: Preset | None = None
    clock: Clock | None = None
    speakers: bool = True
    times: bool = True
    word_times: bool = False
    spreadsheet: bool = True


def exported(
    sentences: Iterable[FinalResult], chosen: Format, choices: Choices, title: str = "", language: str = ""
) -> bytes:
    """One transcript as one file. Give a preset to the formats that are shown over a video."""
    if choices.clock:
        sentences = aligned(sentences, choices.clock)
    if choices.preset:
        laid_out = cues(sentences, choices.preset, labels=choices.speakers and chosen.prints_labels)
    else:
        laid_out = one_a_sentence(sentences)
    document = Document(
        laid_out, title, language, choices.speakers, choices.times, choices.word_times, choices.spreadsheet
    )
    return chosen.write(document)
