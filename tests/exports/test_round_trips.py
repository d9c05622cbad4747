"""One cue in is one cue out, in every format, whatever the text; read by others' readers too."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
import webvtt
from hypothesis import given, settings

from subtitles.exports.ass import ass
from subtitles.exports.csv_file import csv_file
from subtitles.exports.cues import Cue
from subtitles.exports.document import Document
from subtitles.exports.docx_file import docx_file
from subtitles.exports.formats import FORMATS
from subtitles.exports.json_file import json_file
from subtitles.exports.lookalikes import harmless
from subtitles.exports.srt import srt
from subtitles.exports.text import text
from subtitles.exports.timecodes import clock_time
from subtitles.exports.vtt import vtt
from tests.exports.hostile import cue_lists, cues_of
from tests.exports.readers import Read, read_ass, read_csv, read_srt, read_vtt


def plain(cues: list[Cue]) -> Document:
    return Document(cues, title="A --> {title}\n", speakers=False, times=False)


def without_backslash(line: str) -> str:
    return line.replace("\\", "＼")


@settings(max_examples=50, deadline=None)
@given(cue_lists)
def test_vtt_gives_every_cue_back(cues: list[Cue]) -> None:
    expected = [Read(cue.begin_ms, cue.end_ms, tuple(map(without_backslash, cue.lines))) for cue in cues]
    assert read_vtt(vtt(Document(cues))) == expected
    assert read_vtt(vtt(Document(cues, word_times=True))) == expected


@settings(max_examples=50, deadline=None)
@given(cue_lists)
def test_srt_gives_every_cue_back_with_markup_made_harmless(cues: list[Cue]) -> None:
    expected = [Read(cue.begin_ms, cue.end_ms, tuple(map(harmless, cue.lines))) for cue in cues]
    assert read_srt(srt(plain(cues))) == expected
    assert len(read_srt(srt(Document(cues)))) == len(cues)


@settings(max_examples=50, deadline=None)
@given(cue_lists)
def test_ass_gives_every_cue_back_to_a_hundredth_of_a_second(cues: list[Cue]) -> None:
    found = read_ass(ass(Document(cues, title="a\n[Events]\n")))
    assert [cue.lines for cue in found] == [tuple(map(harmless, cue.lines)) for cue in cues]
    for read, cue in zip(found, cues, strict=True):
        assert abs(read.begin_ms - cue.begin_ms) <= 5
        assert read.begin_ms < read.end_ms


@settings(max_examples=50, deadline=None)
@given(cue_lists)
def test_texts_and_tables_have_a_line_for_each_cue(cues: list[Cue]) -> None:
    assert text(plain(cues)).decode().splitlines() == [cue.text for cue in cues]
    found = json.loads(json_file(Document(cues)))["cues"]
    assert [(cue["begin_ms"], cue["text"], tuple(cue["lines"])) for cue in found] == [
        (cue.begin_ms, cue.text, cue.lines) for cue in cues
    ]
    assert [row["text"] for row in read_csv(csv_file(Document(cues, spreadsheet=False)))] == [cue.text for cue in cues]
    for_people = [row["text"] for row in read_csv(csv_file(Document(cues)))]
    assert [cell.removeprefix("'") for cell in for_people] == [cue.text.removeprefix("'") for cue in cues]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in for_people)


def test_word_reads_a_paragraph_for_each_cue() -> None:
    cues = cues_of()
    read = docx.Document(io.BytesIO(docx_file(plain(cues))))
    title, *paragraphs = [paragraph.text for paragraph in read.paragraphs]
    assert title == "A --> {title}"
    assert paragraphs == [cue.text for cue in cues]


@pytest.mark.parametrize("word_times", [False, True])
def test_webvtt_py_reads_every_cue(word_times: bool) -> None:
    cues = cues_of(speaker="Ann <&> Bob")
    read = webvtt.from_buffer(io.BytesIO(vtt(Document(cues, word_times=word_times))))
    assert [(c.start, c.end) for c in read.captions] == [
        (clock_time(cue.begin_ms), clock_time(cue.end_ms)) for cue in cues
    ]
    assert all(caption.text for caption in read.captions)


@pytest.mark.parametrize(("key", "written"), [("vtt", without_backslash), ("srt", harmless), ("ass", harmless)])
def test_ffmpeg_reads_every_cue_and_every_word(key: str, written: Callable[[str], str], tmp_path: Path) -> None:
    cues = [cue for cue in cues_of() if len(cue.text) < 500]
    path = tmp_path / f"hostile.{key}"
    path.write_bytes(FORMATS[key].write(Document(cues)))
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "webvtt", "-"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=30)
    assert done.stderr == b""
    # ffmpeg writes what it has read without escapes, but with a backslash of its own before a brace.
    found = [block.split("\n", 1) for block in done.stdout.decode().replace("\\", "").strip().split("\n\n")[1:]]
    assert [text.strip() for _, text in found] == [written(cue.text) for cue in cues]
    assert [times[-23:-14] for times, _ in found] == [clock_time(cue.begin_ms)[3:] for cue in cues]


def test_the_same_transcript_gives_the_same_bytes() -> None:
    cues = cues_of(speaker="Ann")
    for chosen in FORMATS.values():
        assert chosen.write(Document(cues)) == chosen.write(Document(cues))
