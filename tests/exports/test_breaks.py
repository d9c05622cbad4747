from __future__ import annotations

import pytest

from subtitles.exports.breaks import badness
from subtitles.exports.pieces import pieces
from tests.exports.talk import said


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("end.", "Then"), ("clause,", "then")),
        (("clause,", "then"), ("house", "and")),
        (("house", "and"), ("house", "with")),
        (("house", "with"), ("green", "house")),
        (("green", "house"), ("the", "house")),
        (("green", "house"), ("she", "runs")),
        (("green", "house"), ("will", "run")),
        (("green", "house"), ("Jane", "Bennet")),
        (("green", "house"), ("Mr.", "Bennet")),
        (("green", "house"), ("with", "house")),
        (("好。", "我"), ("好，", "我")),
        (("好，", "我"), ("好", "但")),
        (("好", "但"), ("公", "园")),
        (("公园", "里面"), ("公", "园")),
        (("公", "园"), ("他", "的")),
        (("公", "园"), ("公", "园。")),
        (("说”", "我"), ("公", "园")),
    ],
)
def test_some_places_are_better_for_a_line_to_end(better: tuple[str, str], worse: tuple[str, str]) -> None:
    assert badness(*better) < badness(*worse)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Well, “don't” go!", ["Well,", "“don't”", "go!"]),
        ("well-known and/or C++", ["well-known", "and/or", "C++"]),
        ("你好，“世界”。", ["你", "好，", "“世", "界”。"]),
        ("（一）二", ["（一）", "二"]),
        ("涨到$5了", ["涨", "到", "$5了"]),
        ("第20日", ["第", "20日"]),
        ("hello，world", ["hello，", "world"]),
        ("コーヒー", ["コー", "ヒー"]),
        ("one -- two ,three", ["one --", "two ,", "three"]),
        ("so -5 and 'tis", ["so", "-5", "and", "'tis"]),
        ("♪ ♪", ["♪ ♪"]),
        ("…好", ["…好"]),
    ],
)
def test_punctuation_stands_with_its_word(text: str, parts: list[str]) -> None:
    assert [piece.text for piece in pieces(said(text), text, 42, full_width=False)] == parts
