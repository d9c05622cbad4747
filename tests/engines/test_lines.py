from __future__ import annotations

import json

import pytest

from subtitles.engines import lines
from subtitles.engines.base import Transcribed
from subtitles.speech import FinalResult, Word

ODD = FinalResult(
    5,
    90,
    'tab\tand "quotes"\r\n\u2028\x85',
    (Word(5, 40, "a\tb", ","), Word(40, 90, ' "字"', "\n")),
    language="zh",
    speaker="\t",
    channel=1,
    emotion="happy",
    emotion_confidence=0.5,
    events=("\t", "\n"),
)


def test_what_was_said_is_the_same_on_its_line() -> None:
    first, second = lines.decoded(b"".join(lines.encoded(Transcribed((ODD, FinalResult(90, 91, "b")))))).sentences
    assert second == FinalResult(90, 91, "b")
    assert first == FinalResult(
        5,
        90,
        ODD.text,
        (Word(5, 40, "a b", ","), Word(40, 90, ' "字"', "\n")),
        *("zh", "\t", 1, "happy", 0.5, ("\t", "\n")),
    )


def test_words_and_events_have_the_form_of_their_columns() -> None:
    (kept,) = lines.kept(lines.decoded(b"".join(lines.encoded(Transcribed((ODD,))))).sentences)
    assert json.loads(kept.words) == [[5, 40, "a b", ","], [40, 90, ' "字"', "\n"]]
    assert json.loads(kept.events) == ["\t", "\n"]


def test_lines_are_written_again_as_they_are() -> None:
    data = b"".join(lines.encoded(Transcribed((ODD,) * 3, spoken_ms=3)))
    assert b"".join(lines.encoded(lines.decoded(data))) == data
    assert data.count(b"\n") == 4


@pytest.mark.parametrize("data", [b"", b"\xff\n", b'{"untimed": []}\n'])
def test_what_has_another_form_is_not_read(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        lines.decoded(data)
