from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitles.live.engine_run import MOST_WORDS, Pace, place
from subtitles.speech import MAX_SENTENCE_CHARACTERS, FinalResult, Word, samples_to_ms
from tests.live.virtual_time import in_virtual_time, now

HOUR = 3600 * 16_000


def _final(*words: tuple[int, int, str], begin: int = 0, end: int = 2000, text: str | None = None) -> FinalResult:
    made = tuple(Word(first, last, f"{word} ") for first, last, word in words)
    return FinalResult(begin, end, "".join(word.text for word in made).strip() if text is None else text, made)


def _placed(final: FinalResult, start: int = 0, captioned: int = 0, given: int = HOUR) -> FinalResult:
    found = place(final, start, captioned, given)
    assert found is not None
    return found


def test_times_count_from_the_first_sample_of_the_recording() -> None:
    placed = _placed(_final((100, 300, "hello"), begin=100, end=300), start=16_000)
    assert (placed.begin_ms, placed.end_ms, placed.words[0].begin_ms) == (1100, 1300, 1100)


def test_words_whose_middle_was_captioned_are_left_out() -> None:
    final = _final((0, 400, "one"), (400, 800, "two"), (800, 1200, "three"))
    placed = _placed(final, captioned=16 * 601)
    assert (placed.text, placed.begin_ms) == ("three", 800)


def test_a_sentence_that_was_captioned_is_left_out() -> None:
    assert place(_final((0, 400, "one")), 0, 16 * 500, HOUR) is None


def test_a_sentence_without_word_times_is_judged_by_its_own_middle() -> None:
    final = FinalResult(0, 1000, "no word times")
    assert place(final, 0, 16 * 501, HOUR) is None
    assert _placed(final, captioned=16 * 400).begin_ms == 400


def test_nothing_ends_after_the_audio() -> None:
    placed = _placed(_final((0, 400, "one"), end=10**15), given=16_000)
    assert placed.end_ms == 1000


@given(
    words=st.lists(st.tuples(st.integers(-(10**6), 10**18), st.integers(-(10**6), 10**18)), max_size=5),
    begin=st.integers(-(10**6), 10**18),
    end=st.integers(-(10**6), 10**18),
    start=st.integers(0, HOUR),
    more=st.tuples(st.integers(0, HOUR), st.integers(0, HOUR)),
)
def test_whatever_times_a_service_says_they_lie_between_what_is_captioned_and_what_was_given(
    words: list[tuple[int, int]], begin: int, end: int, start: int, more: tuple[int, int]
) -> None:
    final = FinalResult(begin, end, "text", tuple(Word(first, last, "w") for first, last in words))
    captioned, given = start + more[0], start + more[0] + more[1]
    placed = place(final, start, captioned, given)
    if placed is None:
        return
    assert samples_to_ms(captioned) <= placed.begin_ms <= placed.end_ms <= samples_to_ms(given)
    assert all(placed.begin_ms <= word.begin_ms <= word.end_ms <= placed.end_ms for word in placed.words)


def test_a_megabyte_of_words_becomes_one_sentence() -> None:
    words = tuple((0, 1, "word") for _ in range(200_000))
    placed = _placed(_final(*words))
    assert len(placed.text) <= MAX_SENTENCE_CHARACTERS
    assert len(placed.words) == MOST_WORDS


def test_everything_that_goes_to_the_database_is_cleaned_and_fits() -> None:
    bad = "\x00\u202e\ud800" + "x" * 500
    final = FinalResult(0, 5, bad, (Word(0, 5, bad, bad),), bad, bad, None, bad, None, (bad,) * 99)
    placed = _placed(final)
    texts = [placed.text, placed.language, placed.speaker, placed.emotion, *placed.events]
    texts += [placed.words[0].text, placed.words[0].punctuation]
    assert all("x" in text and text.isprintable() and text.encode() for text in texts)
    assert (len(placed.language), len(placed.speaker), len(placed.emotion), len(placed.events)) == (35, 80, 20, 20)


def test_spaces_round_words_stay() -> None:
    placed = _placed(_final((0, 400, "one"), (400, 800, "two")))
    assert "".join(word.text for word in placed.words) == "one two "


def test_a_word_that_is_a_space_still_parts_its_neighbours() -> None:
    words = (Word(0, 300, "one"), Word(300, 400, "\t"), Word(400, 800, "two"))
    placed = _placed(FinalResult(0, 800, "one two", words))
    assert "".join(word.text for word in placed.words) == placed.text


@pytest.mark.parametrize("text", ["", "   ", "\u202e\u200f"])
def test_a_sentence_of_nothing_is_none(text: str) -> None:
    assert place(FinalResult(0, 5, text), 0, 0, HOUR) is None


@in_virtual_time
async def test_pace_lets_a_second_through_and_then_as_much_as_it_may() -> None:
    pace = Pace(2.0, now)
    for _ in range(100):
        await pace.wait(1600)
    assert now() == pytest.approx(4.0)


@in_virtual_time
async def test_pace_does_not_save_up_over_a_pause() -> None:
    pace = Pace(2.0, now)
    await asyncio.sleep(100)
    for _ in range(100):
        await pace.wait(1600)
    assert now() == pytest.approx(104.0)
