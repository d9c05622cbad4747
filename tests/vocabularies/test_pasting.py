from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitles.speech import clean_text
from subtitles.vocabularies.pasting import read, write
from subtitles.vocabularies.words import Fault, Hotword, fault

LANGUAGES = {"zh": "zh", "中文": "zh", "en": "en", "english": "en"}


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("Paraformer", Hotword("Paraformer")),
        ("Paraformer 5", Hotword("Paraformer", 5)),
        ("Bulge Bracket 2", Hotword("Bulge Bracket", 2)),
        ("Windows 11", Hotword("Windows 11")),
        ('"Formula 1"', Hotword("Formula 1")),
        ("字幕,5,zh", Hotword("字幕", 5, "zh")),
        ("字幕，5，中文", Hotword("字幕", 5, "zh")),
        ("字幕\t5\tzh", Hotword("字幕", 5, "zh")),
        ("字幕,zh", Hotword("字幕", 4, "zh")),
        ("字幕,,zh", Hotword("字幕", 4, "zh")),
        ("字幕,5,", Hotword("字幕", 5)),
        ("Hello, English", Hotword("Hello", 4, "en")),
        ('"Hello, world",3,EN', Hotword("Hello, world", 3, "en")),
        ('"the ""real"" one",3', Hotword('the "real" one', 3)),
        ("'=SUM(A1),3", Hotword("=SUM(A1)", 3)),
        ("  two   words  ", Hotword("two words")),
    ],
)
def test_a_line_is_a_word_with_what_follows_it(line: str, word: Hotword) -> None:
    found = read(line, LANGUAGES)
    assert (found.words, found.bad) == ((word,), ())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("字幕,6", Fault.WEIGHT),
        ("字幕,-1", Fault.WEIGHT),
        (f"字幕,{'9' * 40}", Fault.WEIGHT),
        ("字幕,5,klingon", Fault.LANGUAGE),
        ("Hello, world", Fault.LANGUAGE),
        ("字幕,5,zh,more", Fault.CELLS),
        ('"never closed', Fault.QUOTES),
        (",5", Fault.EMPTY),
        ("一二三四五六七八九十一", Fault.LONG),
        ("x" * 81, Fault.LONG),
        ("x" * 9_000, Fault.LONG),
    ],
)
def test_a_bad_line_is_kept_with_its_fault(line: str, reason: Fault) -> None:
    found = read(f"good\n{line}\n", LANGUAGES)
    assert found.words == (Hotword("good"),)
    assert [(bad.text, bad.fault) for bad in found.bad] == [(line, reason)]


def test_a_line_may_hold_several_words() -> None:
    found = read("张三、李四；王五 5\n\n", LANGUAGES)
    assert found.words == (Hotword("张三"), Hotword("李四"), Hotword("王五", 5))


@pytest.mark.parametrize("header", ["word,weight,language", "\ufeffText\tWeight", "词，权重，语言"])
def test_a_heading_is_no_word(header: str) -> None:
    assert read(f"{header}\r\n字幕,5,zh\r\n", LANGUAGES).words == (Hotword("字幕", 5, "zh"),)


TEXTS = st.text(min_size=1, max_size=60).map(clean_text).filter(lambda text: fault(Hotword(text)) is None)


@given(st.lists(st.builds(Hotword, TEXTS, st.integers(1, 5), st.sampled_from(["", "zh", "en"])), max_size=4))
def test_what_is_exported_is_imported_again(words: list[Hotword]) -> None:
    found = read(write(words), LANGUAGES)
    assert (found.words, found.bad) == (tuple(words), ())


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    for word in read(text, LANGUAGES).words:
        assert fault(word) is None


def test_a_spreadsheet_sees_no_formula() -> None:
    assert write([Hotword("=1+1"), Hotword("@here")]).splitlines()[1:] == ['"\'=1+1",4,', '"\'@here",4,']
