from __future__ import annotations

import pytest

from subtitles.engines.local.agreement import Agreement, agreed


@pytest.mark.parametrize(
    ("partials", "count"),
    [
        ([], 0),
        ([["he", "was", "not"]], 3),
        ([["he", "was"], ["he", "was", "not"]], 2),
        ([["he", "is"], ["he", "was"]], 1),
        ([["she", "was"], ["he", "was"]], 0),
        ([["he"], [], ["he"]], 0),
    ],
)
def test_the_leading_words_that_all_partials_share_are_agreed(partials: list[list[str]], count: int) -> None:
    assert agreed(partials) == count


def test_a_word_is_shown_when_the_fifth_partial_in_a_row_has_it() -> None:
    agreement = Agreement()
    assert [agreement.add(["he"]) for _ in range(6)] == [0, 0, 0, 0, 1, 1]


def test_a_change_of_mind_hides_the_word_until_it_is_agreed_again() -> None:
    agreement = Agreement(2)
    partials = [["he", "was"], ["he", "was"], ["he", "is"], ["he", "is"]]
    assert [agreement.add(partial) for partial in partials] == [0, 2, 1, 2]
