from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.compare.words import is_letter, keys, tokens


def words(text: str) -> list[str]:
    return [text[token.begin : token.end] for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Well, don't go!", ["Well", "don't", "go"]),
        ("今天好。", ["今", "天", "好"]),
        ("用Python写，v2", ["用", "Python", "写", "v2"]),
        ("costs 3.5 or 1,000.", ["costs", "3.5", "or", "1,000"]),
        ("well-known", ["well", "known"]),
        ("हिन्दी बोलो", ["हिन्दी", "बोलो"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("สวัสดี", ["ส", "วั", "ส", "ดี"]),
        ("한국어 좋아요", ["한국어", "좋아요"]),
        ("コーヒー", ["コ", "ー", "ヒ", "ー"]),
        ("— … 😊 ♪", []),
        ("'quoted'", ["quoted"]),
        ("", []),
    ],
)
def test_words_stand_apart_and_characters_of_scripts_without_spaces_alone(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [("Don’t", "don't"), ("ＡＢＣ１２", "abc12"), ("1,000", "1000"), ("ﬁne", "FINE"), ("Straße", "STRASSE")],
)
def test_case_width_and_apostrophes_make_no_difference(one: str, other: str) -> None:
    assert [token.key for token in tokens(one)] == [token.key for token in tokens(other)]


@pytest.mark.parametrize(("one", "other"), [("3.5", "35"), ("我", "找"), ("cant", "cat")])
def test_what_means_something_else_differs(one: str, other: str) -> None:
    assert tokens(one)[0].key != tokens(other)[0].key


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_every_letter_is_in_one_word_whatever_the_text(text: str) -> None:
    covered = [place for token in tokens(text) for place in range(token.begin, token.end)]
    assert len(covered) == len(set(covered))
    assert {place for place, character in enumerate(text) if is_letter(character)} <= set(covered)
    assert keys(text) == [token.key for token in tokens(text)]
