from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.search.query import LONGEST, MOST_TERMS, marked, parse
from subtitles.search.tokens import keys, tokens

_mixed = st.text(
    st.one_of(st.characters(), st.sampled_from("aB é’'-\"“” 的预算讨 かガ👍🏽สี๊①½ﷺ\u200d\u0301")), max_size=40
)


def shown(text: str, words: str) -> str:
    return "".join(f"[{piece}]" if hit else piece for piece, hit in marked(text, parse(words)))


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("今天讨论预算", "算", "今天讨论预[算]"),
        ("今天讨论预算", "预", "今天讨论[预]算"),
        ("今天讨论预算", "讨论预", "今天[讨论预]算"),
        ("预 算", "预算", "[预 算]"),
        ("Budgets: a BUDGET", "budg", "[Budgets]: a [BUDGET]"),
        ("a b a c", '"a c"', "a b [a c]"),
        ("Café", "cafe", "[Café]"),
        ("<b> & 'b'", "b", "<[b]> & '[b]'"),
        ("nothing", "else", "nothing"),
        ("yes 👍🏽!", "👍", "yes [👍]🏽!"),
    ],
)
def test_what_was_looked_for_is_marked(text: str, words: str, expected: str) -> None:
    assert shown(text, words) == expected


@settings(max_examples=150, deadline=None)
@given(_mixed)
def test_every_sentence_is_found_by_its_own_words(text: str) -> None:
    found = tokens(text)
    for term in parse(text).terms:
        assert any(term.ends_at(found, at) for at in range(len(found))), (text, term)


@settings(max_examples=150, deadline=None)
@given(_mixed, _mixed)
def test_marking_changes_nothing_in_the_text(text: str, words: str) -> None:
    assert "".join(piece for piece, _ in marked(text, parse(words))) == text


@settings(max_examples=150, deadline=None)
@given(_mixed)
def test_a_token_has_no_sign_of_any_query_language(text: str) -> None:
    for token in tokens(text):
        assert token.key
        assert not set(token.key) & set("\"'\\ \t\n*:^()&|!<>-+\x00")
        token.key.encode()


def test_only_so_much_is_read() -> None:
    assert len(parse(" ".join(f"w{n}" for n in range(99))).terms) == MOST_TERMS
    assert parse("x" * 500) == parse("x" * LONGEST)


@given(_mixed | st.text(st.characters(max_codepoint=127)))
def test_the_keys_alone_are_those_of_the_tokens(text: str) -> None:
    assert keys(text) == [token.key for token in tokens(text)]
