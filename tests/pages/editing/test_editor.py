from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from subtitles.models import Revision, Transcript
from subtitles.pages.editing import editor
from tests.pages.editing.addresses import HTMX, change, of, shown


def test_a_window_of_sentences_is_in_the_page_and_the_others_are_fetched(
    as_alice: Client, copy: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "SENTENCES_IN_A_WINDOW", 2)
    page = shown(as_alice, of("editor", copy))
    assert 'data-windows="3"' in page
    assert page.count("<li id=") == 2
    second = as_alice.get(of("editor", copy), {"page": 2}, headers=HTMX).content.decode()
    assert "<html" not in second
    assert "and rather selfish" in second
    words = as_alice.get(of("editor-words", copy), {"page": 2}).json()
    assert list(words) == ["3", "4"]
    assert words["3"][0] == [9000, 9312, "and", ""]


def test_what_is_hidden_is_there_and_what_was_joined_is_not(as_alice: Client, copy: Transcript) -> None:
    copy.sentences.filter(number=2).update(hidden=True)
    copy.sentences.filter(number=3).update(hidden=True, text="")
    page = shown(as_alice, of("editor", copy))
    assert page.count("data-hidden") == 1
    assert 'id="s3"' not in page


def test_joining_sentences_does_not_move_the_others_to_another_window(
    as_alice: Client, copy: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "SENTENCES_IN_A_WINDOW", 2)
    change(as_alice, copy, "merge", sentences=[[1, 1], [2, 1]])
    assert list(as_alice.get(of("editor-words", copy), {"page": 1}).json()) == ["1"]
    assert list(as_alice.get(of("editor-words", copy), {"page": 2}).json()) == ["3", "4"]
    second = as_alice.get(of("editor", copy), {"page": 2}, headers=HTMX).content.decode()
    assert re.findall(r'<li id="s(\d+)"', second) == ["3", "4"]
    first = shown(as_alice, of("editor", copy))
    assert re.findall(r'<li id="s(\d+)"', first) == ["1"]
    assert 'data-count="4"' in first


def test_the_editor_costs_the_same_for_few_sentences_and_many(as_alice: Client, copy: Transcript) -> None:
    as_alice.get(of("editor", copy))
    with CaptureQueriesContext(connection) as many:
        as_alice.get(of("editor", copy))
    copy.sentences.filter(number__gt=1).delete()
    with CaptureQueriesContext(connection) as one:
        as_alice.get(of("editor", copy))
    assert len(many) == len(one)


def test_without_a_script_a_sentence_is_corrected_on_its_page(as_alice: Client, copy: Transcript) -> None:
    address = of("sentence", copy, 1)
    page = as_alice.post(address, {"revision": 1, "text": "He was not"}, follow=True).content.decode()
    assert "Saved." in page
    assert "as it was copied" in page
    assert "alice" in page
    as_alice.post(address, {"revision": 2, "to": 1})
    assert copy.sentences.get(number=1).text == "he was not an ill disposed young men"
    as_alice.post(address, {"revision": 3, "hidden": "1"})
    assert copy.sentences.get(number=1).hidden
    assert Revision.objects.count() == 4


def test_without_a_script_a_stale_text_is_shown_beside_the_other(
    as_alice: Client, as_bob: Client, copy: Transcript
) -> None:
    change(as_bob, copy, "text", sentences=[[1, 1]], text="theirs & others")
    answer = as_alice.post(of("sentence", copy, 1), {"revision": 1, "text": "mine"})
    assert answer.status_code == 409
    page = answer.content.decode()
    for words in ("theirs &amp; others", "mine", "Keep mine", "Take theirs", 'name="revision" value="2"'):
        assert words in page
    assert as_alice.post(of("sentence", copy, 1), {"revision": 2, "text": ""}).status_code == 422


def test_without_a_script_a_text_that_is_too_long_stays_in_its_field(as_alice: Client, copy: Transcript) -> None:
    answer = as_alice.post(of("sentence", copy, 1), {"revision": 1, "text": "long " * 401})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Split it first." in page
    assert f">{'long ' * 401}</textarea>" in page
    assert "Keep mine" not in page


@pytest.mark.parametrize("to", ["²", "9" * 30, "", "7"])
def test_without_a_script_one_cannot_go_back_to_what_never_was(as_alice: Client, copy: Transcript, to: str) -> None:
    answer = as_alice.post(of("sentence", copy, 1), {"revision": 1, "to": to})
    assert answer.status_code == 422
    assert "not there any more" in answer.content.decode()
