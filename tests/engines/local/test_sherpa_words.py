from __future__ import annotations

import pytest

from subtitles.engines.local.sherpa_words import words


def texts(tokens: list[str]) -> list[tuple[str, str]]:
    made = words(tokens, [0.3 * number for number in range(len(tokens))], 1_000)
    return [(word.text, word.punctuation) for word in made]


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ([" the", " qu", "ick", "."], [("the", ""), ("quick", ".")]),
        (["▁it", "'", "s", "▁me"], [("it's", ""), ("me", "")]),
        (["今", "天", "，", "好"], [("今", ""), ("天", "，"), ("好", "")]),
        (["我", "▁use", "▁py", "thon", "吗", "？"], [("我", ""), ("use", ""), ("python", ""), ("吗", "？")]),
        (["hel@@", "lo", "world"], [("hello", ""), ("world", "")]),
        ([" ", "好"], [("好", "")]),
        (["。", "好"], [("。", ""), ("好", "")]),
    ],
    ids=["pieces", "apostrophe", "characters", "both", "Paraformer's pieces", "empty", "a mark first"],
)
def test_tokens_become_words(tokens: list[str], expected: list[tuple[str, str]]) -> None:
    assert texts(tokens) == expected


def test_a_word_ends_where_the_next_one_begins_but_does_not_fill_a_pause() -> None:
    made = words(["今", "天", "好"], [0.0, 0.2, 3.0], 500)
    assert [(word.begin_ms, word.end_ms) for word in made] == [(500, 700), (700, 1_100), (3_500, 3_900)]


@pytest.mark.parametrize("seconds", [[], [0.1]])
def test_without_a_time_for_each_token_there_are_no_words(seconds: list[float]) -> None:
    assert words(["今", "天"], seconds, 0) == ()
    assert words([], [], 0) == ()
