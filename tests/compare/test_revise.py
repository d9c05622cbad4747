from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.compare.revise import merged, split, with_text
from tests.compare.talk import said, spoken

SENTENCE = spoken(("one", 0, 300), ("two", 300, 600), ("three", 700, 1000), text="One two, three.")


def times(sentence) -> list[tuple[str, int, int]]:
    return [(word.text, word.begin_ms, word.end_ms) for word in sentence.words]


def test_words_that_an_edit_leaves_keep_their_times() -> None:
    assert times(with_text(SENTENCE, "One too, three!")) == [("One", 0, 300), ("too", 300, 700), ("three", 700, 1000)]


def test_a_split_gives_each_half_its_words() -> None:
    first, second = split(SENTENCE, 8)
    assert (first.text, first.begin_ms, first.end_ms, times(first)) == (
        "One two,",
        0,
        600,
        [("One", 0, 300), ("two", 300, 600)],
    )
    assert (second.text, second.begin_ms, second.end_ms, times(second)) == ("three.", 700, 1000, [("three", 700, 1000)])


@pytest.mark.parametrize("at", [0, 15, 99])
def test_a_split_needs_text_on_both_sides(at: int) -> None:
    with pytest.raises(ValueError, match="no text"):
        split(SENTENCE, at)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 14))
def test_what_was_split_can_be_merged(at: int) -> None:
    both = merged(*split(SENTENCE, at))
    assert both.text.replace(" ", "") == SENTENCE.text.replace(" ", "")
    assert (both.begin_ms, both.end_ms) == (0, 1000)


def test_chinese_sentences_are_merged_without_a_space() -> None:
    assert merged(said("你好，"), said("世界。", 2000)).text == "你好，世界。"
    assert merged(said("Hello."), said("World.", 2000)).text == "Hello. World."
