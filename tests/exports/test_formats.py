from __future__ import annotations

import io
import json

import docx
import pytest

from subtitles.exports.clock import vod_clock
from subtitles.exports.cues import Cue
from subtitles.exports.document import Document
from subtitles.exports.formats import FORMATS, Choices, exported
from subtitles.exports.presets import PRESETS
from subtitles.exports.vtt import vtt
from subtitles.speech import Word
from tests.exports.readers import read_csv
from tests.exports.talk import CHINESE, said, spoken

TALK = [
    said("Good evening.", 1_000, 2_500, speaker="Ann"),
    said("Hello, Ann.", 3_723_004, 3_724_000, speaker="Bob", language="en", emotion="happy"),
]
NETFLIX = Choices(PRESETS["netflix-en"])


def made(key: str, choices: Choices = NETFLIX) -> str:
    return exported(TALK, FORMATS[key], choices, title="News").decode()


def test_vtt_has_voices() -> None:
    assert made("vtt") == (
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:02.500\n<v Ann>Good evening.\n\n"
        "01:02:03.004 --> 01:02:04.000\n<v Bob>Hello, Ann.\n"
    )


def test_srt_prints_the_speaker_where_it_changes() -> None:
    assert made("srt") == (
        "1\n00:00:01,000 --> 00:00:02,500\nAnn: Good evening.\n\n2\n01:02:03,004 --> 01:02:04,000\nBob: Hello, Ann.\n"
    )
    assert "Ann: " not in made("srt", Choices(NETFLIX.preset, speakers=False))


def test_ass_has_the_speaker_in_a_field_of_its_own() -> None:
    assert "\nDialogue: 0,1:02:03.00,1:02:04.00,Default,Bob,0,0,0,,Hello, Ann.\n" in made("ass")


def test_plain_text_has_times_and_names_or_neither() -> None:
    assert made("txt", Choices()) == "[00:00:01] Ann: Good evening.\n[01:02:03] Bob: Hello, Ann.\n"
    assert made("txt", Choices(times=False, speakers=False)) == "Good evening.\nHello, Ann.\n"


def test_json_says_everything() -> None:
    found = json.loads(made("json", Choices()))
    assert found["title"] == "News"
    assert found["cues"][1] == {
        "begin_ms": 3_723_004,
        "end_ms": 3_724_000,
        "text": "Hello, Ann.",
        "lines": ["Hello, Ann."],
        "speaker": "Bob",
        "language": "en",
        "channel": None,
        "emotion": "happy",
        "events": [],
        "too_fast": False,
        "words": [],
    }


def test_json_can_stand_in_a_page() -> None:
    data = exported([said("</script><!--&", 0, 900)], FORMATS["json"], Choices())
    assert not set(b"<>&") & set(data)
    assert json.loads(data)["cues"][0]["text"] == "</script><!--&"


def test_a_table_is_safe_for_spreadsheets_and_exact_for_programs() -> None:
    formula = [said("=HYPERLINK(1)", 0, 900, speaker="@Ann")]
    for_people, for_programs = (
        exported(formula, FORMATS["csv"], Choices(spreadsheet=spreadsheet)) for spreadsheet in (True, False)
    )
    assert for_people.startswith(b"\xef\xbb\xbf")
    assert (read_csv(for_people)[0]["text"], read_csv(for_people)[0]["speaker"]) == ("'=HYPERLINK(1)", "'@Ann")
    assert for_programs.startswith(b'"number"')
    assert read_csv(for_programs)[0]["text"] == "=HYPERLINK(1)"


def test_word_shows_title_times_and_names() -> None:
    read = docx.Document(io.BytesIO(exported(TALK, FORMATS["docx"], Choices(), title="News")))
    assert [paragraph.text for paragraph in read.paragraphs] == [
        "News",
        "00:00:01  Ann: Good evening.",
        "01:02:03  Bob: Hello, Ann.",
    ]
    style = read.paragraphs[0].style
    assert style is not None
    assert style.name == "Title"


def test_vtt_can_have_the_time_of_each_word() -> None:
    talk = spoken(("one", 0, 400), ("two", 500, 900), ("three", 1_000, 1_500), text="One, two & three.")
    data = exported([talk], FORMATS["vtt"], Choices(PRESETS["netflix-en"], word_times=True))
    assert data.decode().splitlines()[3] == "One, <00:00:00.500>two &amp; <00:00:01.000>three."


def test_word_times_rise_and_words_that_do_not_stand_there_are_passed_over() -> None:
    words = (
        Word(0, 1, "a"),
        Word(300, 1, "zzz"),
        Word(200, 1, "b"),
        Word(200, 1, "c"),
        Word(9_999, 1, "d"),
        Word(0, 1, ""),
    )
    data = vtt(Document([Cue(0, 900, ("a b", "c d"), words)], word_times=True))
    assert data.decode().splitlines()[3:] == ["a <00:00:00.200>b", "c d"]


def test_a_file_can_follow_the_video_instead_of_the_recording() -> None:
    data = exported(TALK, FORMATS["srt"], Choices(NETFLIX.preset, clock=vod_clock([], 60_000)))
    assert b"00:01:01,000 --> 00:01:02,500" in data


@pytest.mark.parametrize("key", FORMATS)
def test_every_format_takes_an_empty_transcript_and_a_chinese_one(key: str) -> None:
    assert isinstance(exported([], FORMATS[key], Choices()), bytes)
    assert len(exported([said(CHINESE, 0, 16_000)], FORMATS[key], Choices(PRESETS["netflix-zh-hans"]))) > 100
