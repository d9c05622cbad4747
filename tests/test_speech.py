from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.speech import (
    MAX_COMBINING_MARKS,
    MAX_SENTENCE_CHARACTERS,
    FinalResult,
    TimedText,
    clean_text,
    clean_word,
    ms_to_samples,
    samples_to_ms,
)


def test_milliseconds_and_samples_are_sixteen_to_one() -> None:
    assert (samples_to_ms(16_000), ms_to_samples(1000)) == (1000, 16_000)
    assert samples_to_ms(15) == 0


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_milliseconds_survive_the_way_to_samples_and_back(ms: int) -> None:
    assert samples_to_ms(ms_to_samples(ms)) == ms


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  two\n\twords \r\n", "two words"),
        ("a\u3000b\u00a0c\u2028d", "a b c d"),
        ("a\x00b\x1bc\x7f\x85d", "abc d"),
        ("\u202eevil\u2066x\u2069", "evilx"),
        ("\ufefftag\U000e0041", "tag"),
        ("e\u0301", "\u00e9"),
        ("\ud800", "?"),
        ("你好，世界。", "你好，世界。"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_text_becomes_one_line_without_tricks(text: str, clean: str) -> None:
    assert clean_text(text) == clean


def test_long_text_is_cut() -> None:
    assert len(clean_text("x" * 99_999)) == MAX_SENTENCE_CHARACTERS
    assert clean_text("ab cd", limit=3) == "ab"


def test_a_tower_of_marks_is_cut_down() -> None:
    text = clean_text("a" + "\u0334" * 100 + "b")
    assert text == "a" + "\u0334" * MAX_COMBINING_MARKS + "b"


def test_hidden_characters_do_not_keep_marks_apart() -> None:
    assert clean_text("a\u202e\u0301") == "\u00e1"
    assert clean_text("a" + "\u0334\x00" * 100) == "a" + "\u0334" * MAX_COMBINING_MARKS


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8") | st.sampled_from("a \u0301\u0334\u202e\x00\u2126\u1100\u1161")))
def test_clean_text_is_printable_and_stays_as_it_is(text: str) -> None:
    clean = clean_text(text)
    assert clean == clean.strip()
    assert all(unicodedata.category(character) != "Cc" for character in clean)
    clean.encode()
    assert clean_text(clean) == clean


@given(st.text(st.characters() | st.sampled_from("a字 \u0301\u202e\u00e1\u2126"), max_size=40))
def test_a_plain_text_is_cleaned_as_any_other(text: str) -> None:
    """A control character at the end takes the long way round."""
    assert clean_text(text) == clean_text(text + "\x00")


def test_a_final_result_is_timed_text() -> None:
    text: TimedText = FinalResult(0, 10, "hi")
    assert (text.begin_ms, text.end_ms, text.text) == (0, 10, "hi")


@pytest.mark.parametrize(
    ("text", "clean"),
    [(" word", " word"), ("word\n", "word "), ("字", "字"), ("\t", " "), ("", ""), ("a\u202eb ", "ab ")],
)
def test_a_cleaned_word_keeps_its_space(text: str, clean: str) -> None:
    assert clean_word(text) == clean


@given(st.text(st.characters() | st.sampled_from("a字 \t\u0301\u202e\u00e1\u2126"), max_size=12), st.integers(1, 20))
def test_a_plain_word_is_cleaned_as_any_other(text: str, limit: int) -> None:
    core = clean_text(text, limit)
    ends = [" " if end.isspace() else "" for end in (text[:1], text[-1:])]
    assert clean_word(text, limit) == (core.join(ends) if core else " " * text.isspace())
