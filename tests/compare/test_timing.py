from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.compare.timing import as_words, fit
from subtitles.compare.words import is_letter
from subtitles.speech import Word
from tests.compare.talk import spoken


def times(text: str, words: tuple[Word, ...], begin_ms: int = 0, end_ms: int = 1000) -> list[tuple[str, int, int]]:
    return [(text[u.begin : u.end], u.begin_ms, u.end_ms) for u in fit(text, words, begin_ms, end_ms)]


HELLO = spoken(("Hello", 100, 400), ("big", 400, 600), ("world", 700, 900)).words


def test_words_that_stand_in_the_text_keep_their_times() -> None:
    assert times("hello, BIG world!", HELLO) == [("hello", 100, 400), ("BIG", 400, 600), ("world", 700, 900)]


def test_a_changed_word_gets_the_time_between_its_neighbours() -> None:
    assert times("Hello tiny round world", HELLO) == [
        ("Hello", 100, 400),
        ("tiny", 400, 533),
        ("round", 533, 700),
        ("world", 700, 900),
    ]


def test_without_words_length_decides() -> None:
    assert times("好的 yes", ()) == [("好", 0, 285), ("的", 285, 571), ("yes", 571, 1000)]


def test_a_phrase_that_an_engine_calls_a_word_is_taken_apart() -> None:
    assert times("one two", (Word(0, 600, "one two"),)) == [("one", 0, 300), ("two", 300, 600)]


def test_short_chinese_words_of_the_engine_stay_whole() -> None:
    assert times("你好世界。", (Word(0, 400, "你好"), Word(400, 900, "世界"))) == [("你好", 0, 400), ("世界", 400, 900)]


def test_each_word_takes_the_punctuation_after_it() -> None:
    text = "Hello, “big” world!"
    assert [word.punctuation for word in as_words(text, fit(text, HELLO, 0, 1000))] == [", “", "”", "!"]


@pytest.mark.parametrize("text", ["", "♪ ♪", "…"])
def test_a_text_without_letters_has_no_words(text: str) -> None:
    assert fit(text, HELLO, 0, 1000) == []


anywhen = st.integers(-500, 1500)
some_words = st.lists(st.builds(Word, anywhen, anywhen, st.text("ab c好我1.'", max_size=5)), max_size=5)


@settings(max_examples=50, deadline=None)
@given(st.text("ab c好我1.，'", max_size=20), some_words)
def test_units_are_in_order_and_hold_every_letter_whatever_the_words_say(text: str, words: list[Word]) -> None:
    units = fit(text, words, 0, 1000)
    moments = [0] + [ms for unit in units for ms in (unit.begin_ms, unit.end_ms)] + [1000]
    places = [0] + [place for unit in units for place in (unit.begin, unit.end)] + [len(text)]
    assert moments == sorted(moments)
    assert places == sorted(places)
    held = "".join(text[unit.begin : unit.end] for unit in units)
    assert [c for c in held if is_letter(c)] == [c for c in text if is_letter(c)]
