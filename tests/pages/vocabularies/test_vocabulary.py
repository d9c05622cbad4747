from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from subtitles.models import HotWord, Room, User, Vocabulary
from subtitles.pages.vocabularies import vocabulary as vocabulary_page
from subtitles.vocabularies.copies import words_of
from subtitles.vocabularies.offers import Correction
from subtitles.vocabularies.words import Hotword

HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(games: Vocabulary) -> str:
    return reverse("vocabulary", args=[games.pk])


def table(*rows: tuple[str, str, str]) -> dict[str, list[str]]:
    columns = zip(*rows, strict=True) if rows else [(), (), ()]
    return {name: list(cells) for name, cells in zip(("text", "weight", "language"), columns, strict=True)}


BOTH = (("字幕", "5", "zh"), ("Bulge Bracket", "4", ""))


def words(vocabulary: Vocabulary) -> list[tuple[str, int, str]]:
    return [(word.text, word.weight, word.language) for word in words_of(vocabulary.pk)]


def box(page: str) -> str:
    found = re.search(r'<textarea id="pasted"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found
    return unescape(found[1])


def test_a_vocabulary_is_made_and_opened(as_alice: Client, alice: User) -> None:
    answer = as_alice.post(reverse("vocabularies"), {"name": " Games "}, follow=True)
    made = Vocabulary.objects.get()
    assert (made.name, made.owner) == ("Games", alice)
    assert "Nowhere yet" in answer.content.decode()
    assert "Games" in as_alice.get(reverse("vocabularies")).content.decode()


@pytest.mark.parametrize("name", ["", "   ", "\u202e", "x" * 81])
def test_a_name_has_to_be_readable(as_alice: Client, name: str) -> None:
    assert as_alice.post(reverse("vocabularies"), {"name": name}).status_code == 422
    assert not Vocabulary.objects.exists()


def test_the_table_is_saved_as_it_stands(as_alice: Client, games: Vocabulary, address: str) -> None:
    rows = table(("字幕", "3", "zh"), ("", "4", ""), ("  直播  间 ", "1", "yue"))
    assert as_alice.post(address, rows)["Location"] == address
    assert words(games) == [("字幕", 3, "zh"), ("直播 间", 1, "yue")]


def test_one_word_is_taken_out_with_its_button(as_alice: Client, games: Vocabulary, address: str) -> None:
    as_alice.post(address, {**table(*BOTH), "remove": "1"})
    assert words(games) == [("Bulge Bracket", 4, "")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("一二三四五六七八九十一", "4", ""), "too long"),
        (("x" * 81, "4", ""), "too long"),
        (("字幕", "6", ""), "The weight goes from 1 to 5"),
        (("字幕", "much", ""), "The weight goes from 1 to 5"),
        (("字幕", "5", "klingon"), "neither a weight nor a language"),
        (("\u202e", "4", ""), "one line of text"),
    ],
)
def test_a_wrong_row_saves_nothing_and_loses_nothing(
    as_alice: Client, games: Vocabulary, address: str, row: tuple[str, str, str], reason: str
) -> None:
    answer = as_alice.post(address, {**table(("new", "2", ""), row), "pasted": "also this"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert reason in page
    assert 'value="new"' in page
    assert f'value="{row[0]}"' in page
    assert box(page) == "also this"
    assert words(games) == [("字幕", 5, "zh"), ("Bulge Bracket", 4, "")]


def test_pasted_words_come_beside_those_of_the_table(as_alice: Client, games: Vocabulary, address: str) -> None:
    pasted = "Paraformer 5\r\n字幕，2，中文\r\nOpenAI,3,English\r\n"
    assert as_alice.post(address, {**table(*BOTH), "pasted": pasted}).status_code == 302
    assert words(games) == [
        ("字幕", 2, "zh"),
        ("Bulge Bracket", 4, ""),
        ("Paraformer", 5, ""),
        ("OpenAI", 3, "en"),
    ]


def test_lines_that_are_not_understood_stay_in_the_box_by_number(
    as_alice: Client, games: Vocabulary, address: str
) -> None:
    answer = as_alice.post(address, {**table(*BOTH), "pasted": "good\n字幕,9\nfine 2\nHello, world"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert box(page) == "字幕,9\nHello, world"
    assert "Line 1, “字幕,9”: The weight goes from 1 to 5." in unescape(page)
    assert "Line 2, “Hello, world”" in unescape(page)
    assert words(games)[2:] == [("good", 4, ""), ("fine", 2, "")]


def test_more_than_five_hundred_words_are_not_taken_and_not_lost(
    as_alice: Client, games: Vocabulary, address: str
) -> None:
    full = table(*[(f"word{number}", "4", "") for number in range(499)])
    answer = as_alice.post(address, {**full, "pasted": "first,5\nsecond,5,en"})
    assert box(answer.content.decode()) == '"second",5,en'
    assert len(words(games)) == 500
    assert words(games)[-1] == ("first", 5, "")
    assert as_alice.get(address).status_code == 200


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_is_read_whatever_program_wrote_it(
    as_alice: Client, games: Vocabulary, address: str, encoding: str
) -> None:
    file = SimpleUploadedFile("words.csv", "词,权重,语言\r\n直播间,3,中文\r\n".encode(encoding))
    as_alice.post(address, {**table(*BOTH), "file": file})
    assert words(games)[2:] == [("直播间", 3, "zh")]


@pytest.mark.parametrize("content", [b"x" * 200_001, b"\xff\xff\xff"])
def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_saved(
    as_alice: Client, games: Vocabulary, address: str, content: bytes
) -> None:
    entered = {**table(*BOTH), "pasted": "good", "file": SimpleUploadedFile("words.csv", content)}
    page = as_alice.post(address, entered, follow=True).content.decode()
    assert "The file was not read" in page
    assert words(games)[2:] == [("good", 4, "")]


def test_what_is_exported_can_be_imported(as_alice: Client, games: Vocabulary, address: str) -> None:
    answer = as_alice.get(reverse("vocabulary-file", args=[games.pk]))
    assert "attachment" in answer["Content-Disposition"]
    before = words(games)
    as_alice.post(address, {"file": SimpleUploadedFile("words.csv", answer.content)})
    assert words(games) == before


def test_two_windows_do_not_take_words_from_one_another(as_alice: Client, games: Vocabulary, address: str) -> None:
    found = re.search(r'name="seen" value="(\w+)"', as_alice.get(address).content.decode())
    assert found
    games.words.create(text="elsewhere")
    answer = as_alice.post(address, {**table(*BOTH, ("here", "4", "")), "seen": found[1]})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "another window" in page
    assert 'value="here"' in page
    assert 'value="elsewhere"' in page
    assert not HotWord.objects.filter(text="here").exists()


def test_htmx_gets_the_part_that_changed(as_alice: Client, games: Vocabulary, address: str) -> None:
    fragment = as_alice.post(address, table(("直播", "4", "")), headers=HTMX).content.decode()
    assert "<html" not in fragment
    assert "Saved: 1 word." in fragment
    assert 'value="直播"' in fragment


def test_an_offered_word_is_added_with_one_click(
    as_alice: Client, games: Vocabulary, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = [Correction("we use pear former", "we use Paraformer")] * 2
    monkeypatch.setattr(vocabulary_page, "corrections_of", lambda owner: twice)
    page = as_alice.get(address).content.decode()
    assert 'name="add" value="Paraformer"' in page
    assert "2 times, instead of pear former" in page
    as_alice.post(address, {**table(*BOTH), "add": "Paraformer"})
    assert Hotword("Paraformer") in words_of(games.pk)
    assert 'name="add"' not in as_alice.get(address).content.decode()


def test_a_vocabulary_gets_another_name(as_alice: Client, games: Vocabulary, address: str) -> None:
    as_alice.post(reverse("vocabulary-rename", args=[games.pk]), {"name": "Films"})
    assert "<h1>Films</h1>" in as_alice.get(address).content.decode()
    as_alice.post(reverse("vocabulary-rename", args=[games.pk]), {"name": " "})
    assert Vocabulary.objects.get().name == "Films"


def test_deleting_asks_first(as_alice: Client, games: Vocabulary, room: Room) -> None:
    room.vocabulary = games
    room.save()
    address = reverse("vocabulary-delete", args=[games.pk])
    page = as_alice.get(address).content.decode()
    assert "2 words" in page
    assert "Evening show" in page
    assert as_alice.post(address)["Location"] == reverse("vocabularies")
    assert not Vocabulary.objects.exists()


@pytest.mark.parametrize("name", ["vocabulary", "vocabulary-file", "vocabulary-copies", "vocabulary-delete"])
def test_somebody_elses_vocabulary_is_not_there(
    as_bob: Client, as_ada: Client, client: Client, games: Vocabulary, name: str
) -> None:
    address = reverse(name, args=[games.pk])
    assert as_bob.get(address).status_code == 404
    assert as_ada.get(address).status_code in (200, 302)
    assert client.get(address)["Location"].startswith("/login/")
    assert "Games" not in as_bob.get(reverse("vocabularies")).content.decode()
    assert "Owner: alice" in as_ada.get(reverse("vocabularies")).content.decode()


def test_the_page_speaks_chinese(as_alice: Client, address: str) -> None:
    page = as_alice.post(address, table(("字幕", "9", "")), headers={"Accept-Language": "zh-CN"}).content.decode()
    for words_ in ("词汇表", "权重", "粘贴或导入"):
        assert words_ in page
