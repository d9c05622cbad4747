from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitles.engines.dashscope.fields import Malformed, ms_of, objects_of, parse, text_of, words_of
from subtitles.speech import clean_text

_CHARACTERS = "a é字\u0301\u202e\u200d \t\n\x00\ufeff\U000e0041"
_odd = st.sampled_from(_CHARACTERS) | st.characters(exclude_categories=["Cs"])


@given(st.text(alphabet=_odd, max_size=12))
def test_a_word_is_cleaned_between_its_ends_the_short_way_as_the_long_way(text: str) -> None:
    (word,) = words_of({"words": [{"begin_time": 0, "end_time": 1, "text": text, "punctuation": text}]})
    assert word.text == word.punctuation
    assert word.text.strip(" ") == clean_text(text)
    assert "  " not in word.text
    core = clean_text(text)
    if core:
        ends = (" " if text[0].isspace() else "", " " if text[-1].isspace() else "")
        assert word.text in (f"{ends[0]}{core}{ends[1]}",)


def test_an_endless_word_is_cut() -> None:
    (word,) = words_of({"words": [{"begin_time": 0, "end_time": 1, "text": "x" * 10_000}]})
    assert len(word.text) == 200


@pytest.mark.parametrize(
    ("value", "ms"), [(0, 0), (5, 5), (5.4, 5), (-1, None), (None, None), (True, None), ("5", None), (0.0, 0)]
)
def test_milliseconds_are_whole_and_never_negative(value: object, ms: int | None) -> None:
    assert ms_of({"at": value}, "at") == ms


@pytest.mark.parametrize("value", [10**12, 1e12])
def test_a_time_beyond_ten_days_is_malformed(value: float) -> None:
    with pytest.raises(Malformed):
        ms_of({"at": value}, "at")


def test_an_unpaired_surrogate_is_malformed_wherever_it_stands() -> None:
    for text in ("\ud800", "字\udfff", "a\ud83d b"):
        with pytest.raises(Malformed, match="surrogate"):
            text_of({"text": text}, "text")
    assert text_of({"text": "😀"}, "text") == "😀"


def test_lists_have_a_measure() -> None:
    assert objects_of({"a": None}, "a") == objects_of({}, "a") == []
    with pytest.raises(Malformed):
        objects_of({"a": [{}] * 3}, "a", most=2)


def test_an_answer_has_a_measure_in_bytes() -> None:
    assert parse(b'{"a": 1}', 8) == {"a": 1}
    with pytest.raises(Malformed, match="too big"):
        parse(b'{"a": 1} ', 8)
