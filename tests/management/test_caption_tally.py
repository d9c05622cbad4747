from __future__ import annotations

from typing import Any

from subtitles.management.caption_tally import Caption, CaptionTally, Ended
from subtitles.speech import SAMPLE_RATE


class FakeClock:
    time = 100.0

    def __call__(self) -> float:
        return self.time


def item(number: int, **more: Any) -> dict[str, Any]:
    return {"number": number, "begin_ms": number * 1000 - 1000, "end_ms": number * 1000, "text": "and", **more}


def test_a_sentence_counts_once_however_often_it_comes() -> None:
    tally = CaptionTally(FakeClock())
    assert tally.take([item(1), item(2)]) == [Caption(1, 0, 1000, "and"), Caption(2, 1000, 2000, "and")]
    assert tally.take([item(2, revision=1, text="edited"), item(3)]) == [Caption(3, 2000, 3000, "and")]


def test_a_hidden_sentence_is_in_and_not_shown() -> None:
    tally = CaptionTally(FakeClock())
    assert tally.take([item(1, hidden=True, text="")]) == []
    tally.ended = Ended(1, 0, 1)
    assert tally.is_complete


def test_text_that_would_move_the_cursor_is_cleaned() -> None:
    (caption,) = CaptionTally(FakeClock()).take([item(1, text="\x1b[2Jone\r\ntwo")])
    assert caption.text == "[2Jone two"


def test_the_wait_is_the_backlog_and_half_a_minute_after_the_last_progress() -> None:
    clock = FakeClock()
    tally = CaptionTally(clock)
    assert tally.deadline(sent_samples=10 * SAMPLE_RATE) == 100 + 10 + 30
    tally.note_behind(4_000)
    assert tally.deadline(10 * SAMPLE_RATE) == 100 + 4 + 30
    clock.time = 120.0
    tally.note_behind(4_000)
    assert tally.deadline(10 * SAMPLE_RATE) == 100 + 4 + 30
    tally.take([item(1)])
    assert tally.deadline(10 * SAMPLE_RATE) == 120 + 4 + 30


def test_what_is_missing_is_named() -> None:
    tally = CaptionTally(FakeClock())
    tally.note_kept(3 * SAMPLE_RATE)
    tally.take([item(1), item(4)])
    words = tally.missing(read_samples=5 * SAMPLE_RATE)
    assert words == "Missing: 2.0 s of audio; sentences 2, 3; whatever was said after 4.0 s."


def test_nothing_missing_is_said_too() -> None:
    tally = CaptionTally(FakeClock())
    tally.take([item(1)])
    tally.ended = Ended(1, SAMPLE_RATE, 1)
    assert tally.is_complete
    assert tally.missing(SAMPLE_RATE) == "Nothing is missing."


def test_a_long_list_of_missing_sentences_is_cut() -> None:
    tally = CaptionTally(FakeClock())
    tally.ended = Ended(1, 0, 99)
    assert tally.missing(0).endswith("19, 20….")
