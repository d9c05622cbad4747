from __future__ import annotations

import itertools
import random

import jiwer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.compare.align import figures, steps

rows = st.lists(st.integers(0, 4), max_size=30)


@settings(max_examples=50, deadline=None)
@given(rows, rows)
def test_steps_lead_from_one_row_to_the_other(a: list[int], b: list[int]) -> None:
    found = steps(a, b)
    assert [x for step in found for x in a[step.a_begin : step.a_end]] == a
    assert [x for step in found for x in b[step.b_begin : step.b_end]] == b
    assert all((a[s.a_begin : s.a_end] == b[s.b_begin : s.b_end]) == s.equal for s in found)
    assert all(one.equal != other.equal for one, other in itertools.pairwise(found))


@settings(max_examples=50, deadline=None)
@given(rows.filter(bool), rows)
def test_the_error_rate_is_the_one_that_everybody_counts(a: list[int], b: list[int]) -> None:
    expected = jiwer.wer(" ".join(map(str, a)), " ".join(map(str, b)))
    assert figures(steps(a, b)).rate == pytest.approx(expected)


@pytest.mark.parametrize(("a", "b", "rate"), [("", "", 0.0), ("", "ab", 2.0), ("ab", "", 1.0), ("abcd", "abxd", 0.25)])
def test_an_empty_side_has_a_rate_too(a: str, b: str, rate: float) -> None:
    assert figures(steps(a, b)).rate == rate


def test_two_hours_of_chinese_are_aligned_like_a_minute() -> None:
    chance = random.Random(1)
    a = [chance.randrange(3000) for _ in range(30_000)]
    b = [word if chance.random() > 0.12 else chance.randrange(3000) for word in a]
    changed = sum(ours != theirs for ours, theirs in zip(a, b, strict=True))
    assert figures(steps(a, b)).rate == pytest.approx(changed / len(a), abs=0.005)
