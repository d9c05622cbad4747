from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.exports.names import LONGEST, distinct, file_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Evening news", "Evening news.srt"),
        ("晚间新闻：第一期", "晚间新闻：第一期.srt"),
        ("../../etc/passwd", "etc passwd.srt"),
        ('a\\b:c*d?e"f<g>h|i', "a b c d e f g h i.srt"),
        ("%2e%2e/x", "2e 2e x.srt"),
        ("CON", "_CON.srt"),
        ("lpt1.txt", "_lpt1.txt.srt"),
        ("console", "console.srt"),
        (" .hidden. ", "hidden.srt"),
        ("-rf", "rf.srt"),
        ("two\r\nlines\x00", "two lines.srt"),
        ("\u202egpj.exe", "gpj.exe.srt"),
        ("\ud800", "transcript.srt"),
        ("", "transcript.srt"),
        ("...", "transcript.srt"),
    ],
)
def test_a_title_becomes_a_name_that_no_system_minds(title: str, name: str) -> None:
    assert file_name(title, "srt") == name


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_whatever_the_title_the_name_is_short_and_has_no_path(title: str) -> None:
    name = file_name(title, "vtt")
    assert len(name.encode()) <= LONGEST + len("_.vtt")
    assert not set(name) & set('/\\:*?"<>|%\n\r\0')
    assert name == name.strip(" .")
    assert not name.startswith("-")


def test_names_that_come_again_are_numbered() -> None:
    assert distinct(["a.srt", "A.srt", "b.srt", "a.srt", "a (2).srt"]) == [
        "a.srt",
        "A (2).srt",
        "b.srt",
        "a (3).srt",
        "a (2) (2).srt",
    ]
