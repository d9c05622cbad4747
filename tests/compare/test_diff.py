from __future__ import annotations

import random

import pytest
from hypothesis import given, settings

from subtitles.compare import groups
from subtitles.compare.diff import Comparison, compare, runs
from subtitles.compare.words import tokens
from subtitles.speech import FinalResult
from tests.compare.talk import in_a_row, said, transcripts


def shape(comparison: Comparison) -> list[tuple[str, list[int], list[int]]]:
    return [(row.kind, list(row.a), list(row.b)) for row in comparison.rows]


def test_punctuation_and_case_are_no_difference() -> None:
    found = compare([said("Hello, world.")], [said("hello world")])
    assert shape(found) == [("equal", [0], [0])]
    assert found.figures.rate == 0


def test_only_the_words_that_differ_are_marked() -> None:
    found = compare([said("我们去公园玩。")], [said("我们去公园完。")])
    (left,), (right,) = runs(found, found.rows[0])
    assert [(run.text, run.change) for run in left] == [("我们去公园", None), ("玩", 0), ("。", None)]
    assert [(run.text, run.change) for run in right] == [("我们去公园", None), ("完", 0), ("。", None)]


def test_words_are_changed_one_by_one_and_characters_together() -> None:
    assert len(compare([said("a red fox ran")], [said("a blue cat ran")]).changes) == 2
    assert len(compare([said("他去北京了")], [said("他去南宁了")]).changes) == 1


def test_one_sentence_can_stand_beside_two() -> None:
    a = [said("今天天气不错，我们去公园", 0, 3000), said("你来吗", 3000, 4000)]
    b = [said("今天天气不错。", 0, 1500), said("我们去公园。", 1500, 3000), said("你来吗？", 3000, 4000)]
    assert shape(compare(a, b)) == [("equal", [0], [0, 1]), ("equal", [1], [2])]


def test_what_only_one_of_them_has_stands_alone_in_its_place() -> None:
    a = [said("one two three", 0, 1000), said("four five six", 5000, 6000)]
    b = [said("seven eight", 2000, 3000), said("four five six", 5000, 6000), said("nine", 9000, 9500)]
    assert shape(compare(a, b)) == [("missing", [0], []), ("added", [], [0]), ("equal", [1], [1]), ("added", [], [2])]
    assert [row.a.start for row in compare(a, b).rows] == [0, 1, 1, 2]


def test_sentences_without_a_common_word_meet_by_time() -> None:
    assert shape(compare([said("hello", 0, 800)], [said("yellow", 100, 900)])) == [("changed", [0], [0])]


def test_a_stray_word_does_not_tie_sentences_minutes_apart() -> None:
    a, b = [said("好的", 0, 500)], [said("那好吧", 300_000, 301_000)]
    assert shape(compare(a, b)) == [("missing", [0], []), ("added", [], [0])]


def test_estimated_times_do_not_part_what_says_the_same() -> None:
    text = "the quick brown fox jumps"
    assert shape(compare([said(text, 0, 1000)], [said(text, 60_000, 61_000)])) == [("equal", [0], [0])]


def test_nothing_can_be_compared_with_nothing() -> None:
    assert compare([], []).rows == ()
    assert shape(compare([], [said("a")])) == [("added", [], [0])]
    assert shape(compare([said("♪")], [said("♪")])) == [("equal", [0], [0])]


@settings(max_examples=50, deadline=None)
@given(transcripts, transcripts)
def test_every_sentence_is_in_one_row_and_its_runs_are_its_text(
    a: tuple[FinalResult, ...], b: tuple[FinalResult, ...]
) -> None:
    found = compare(a, b)
    assert [place for row in found.rows for place in row.a] == list(range(len(a)))
    assert [place for row in found.rows for place in row.b] == list(range(len(b)))
    for place, sentences in enumerate((a, b)):
        lines = [line for row in found.rows for line in runs(found, row)[place]]
        assert ["".join(run.text for run in line) for line in lines] == [sentence.text for sentence in sentences]


@settings(max_examples=50, deadline=None)
@given(transcripts, transcripts)
def test_what_is_not_marked_is_equal(a: tuple[FinalResult, ...], b: tuple[FinalResult, ...]) -> None:
    found = compare(a, b)
    for row in found.rows:
        plain = [
            [t.key for line in side for run in line if run.change is None for t in tokens(run.text)]
            for side in runs(found, row)
        ]
        assert plain[0] == plain[1]


def two_versions(sentences: int) -> tuple[tuple[FinalResult, ...], tuple[FinalResult, ...]]:
    chance = random.Random(1)
    live = ["".join(chr(0x4E00 + chance.randrange(3000)) for _ in range(20)) for _ in range(sentences)]
    better = ["".join(c if chance.random() > 0.1 else "的" for c in text) for text in live]
    return in_a_row(live), in_a_row(better)


def test_thirty_thousand_characters_are_compared() -> None:
    a, b = two_versions(1500)
    found = compare(a, b)
    assert 0.08 < found.figures.rate < 0.12


def test_a_long_recording_is_cut_at_silences_and_nothing_is_lost_there(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = two_versions(60)
    whole = compare(a, b)
    monkeypatch.setattr(groups, "BLOCK", 100)
    assert compare(a, b).rows == whole.rows
    assert compare(a, b).figures.words == whole.figures.words == 1200
