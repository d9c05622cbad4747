from __future__ import annotations

from subtitles.exports.clock import Gap, aligned, vod_clock
from subtitles.speech import Word
from tests.exports.talk import said

PAUSE = Gap(at_ms=10_000, length_ms=60_000)


def test_what_is_said_after_a_pause_comes_later_in_the_video() -> None:
    found = aligned([said("before", 9_000, 10_000), said("after", 10_000, 11_000)], vod_clock([PAUSE]))
    assert [(sentence.begin_ms, sentence.end_ms) for sentence in found] == [(9_000, 10_000), (70_000, 71_000)]


def test_a_sentence_over_a_pause_has_its_words_on_both_sides() -> None:
    words = (Word(9_000, 10_000, "a"), Word(10_000, 11_000, "b"))
    (found,) = aligned([said("a b", 9_000, 11_000, words=words)], vod_clock([PAUSE]))
    assert [(word.begin_ms, word.end_ms) for word in found.words] == [(9_000, 10_000), (70_000, 71_000)]
    assert found.end_ms == 71_000


def test_an_offset_moves_all_and_leaves_out_what_would_come_before_the_start() -> None:
    early, late = aligned(
        [said("gone", 0, 900), said("cut", 900, 2_000), said("kept", 3_000, 4_000)], vod_clock([], -1_000)
    )
    assert (early.text, early.begin_ms, early.end_ms) == ("cut", 0, 1_000)
    assert (late.text, late.begin_ms) == ("kept", 2_000)


def test_an_empty_moment_stays_one() -> None:
    (found,) = aligned([said("x", 10_000, 10_000)], vod_clock([PAUSE]))
    assert (found.begin_ms, found.end_ms) == (70_000, 70_000)
