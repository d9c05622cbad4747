from __future__ import annotations

from pathlib import Path

import pytest

from subtitles.engines.catalog import validate
from subtitles.engines.local.sherpa_hotwords import Tokens, lines, prompted, written
from subtitles.engines.local.sherpa_plan import Part
from tests.engines.local.toys import tokens_file

NAMES = {"tokens": "tokens.txt", "bpe": "bpe.vocab"}


def tokens(folder: Path, *roles: str) -> Tokens:
    tokens_file(folder)
    return Tokens(Part("transducer", str(folder), {role: NAMES[role] for role in ("tokens", *roles)}, {}))


def test_weights_become_bonuses_and_the_heaviest_words_come_first() -> None:
    assert written({"达摩院": 4, "Model Studio": 5, "的": 1, "not this": -3}, usual=4) == (
        "Model Studio :1.875\n达摩院 :1.5\n的 :0.375"
    )


def test_lines_are_tidied_and_what_has_no_word_is_none() -> None:
    assert lines("达摩院\n\n  a/b   c :2 \n :3\n") == ["达摩院", "a b c :2"]


def test_a_word_that_the_model_cannot_write_goes_alone(tmp_path: Path) -> None:
    given = ["中国 :2", "中x国", "龘", "在 主", "ing :3.5", "C#", ":2 中", "中 :x", "ing : 2"]
    assert tokens(tmp_path).fitting(given) == ["中国 :2", "在 主", "ing :3.5"]


def test_words_in_letters_can_be_cut_to_pieces_where_the_model_brings_them(tmp_path: Path) -> None:
    with (made := tmp_path / "tokens.txt").open("w", encoding="utf-8") as file:
        file.writelines(f"{token} {number}\n" for number, token in enumerate(("▁", *"abc", "中")))
    part = Part("transducer", str(tmp_path), {"tokens": made.name, "bpe": "bpe.vocab"}, {})
    assert Tokens(part).fitting(["cab 中", "abcd", "Cab"]) == ["cab 中"]


def test_a_prompt_takes_the_words_alone_and_only_as_many_as_there_is_room_for() -> None:
    assert prompted(["达摩院 :1.5", "a, b"], 100) == ["达摩院", "a b"]
    assert prompted(["达摩院", "字幕", "直播"], 7) == ["达摩院", "字幕"]


@pytest.mark.parametrize(("model", "realtime"), [("x-asr-zh-en-480ms", True), ("zipformer-offline", False)])
def test_the_longest_vocabulary_fits_into_the_option(model: str, realtime: bool) -> None:
    text = written({f"{number:03}{'词' * 47}": 4 for number in range(500)}, usual=4)
    assert not validate("local", model, "zh-CN", {"hotwords": text}, realtime=realtime).errors
