from __future__ import annotations

import pytest
from django.test import Client

from subtitles.models import Sentence, Transcript
from tests.pages.editing.addresses import change, of


def sentence(transcript: Transcript, number: int = 1) -> Sentence:
    return transcript.sentences.get(number=number)


def test_a_text_is_saved_and_answered_with_its_step_and_its_words(as_alice: Client, copy: Transcript) -> None:
    answer = change(as_alice, copy, "text", sentences=[[1, 1]], text="He was\u202e not\x00 ")
    assert answer.json()["steps"] == [[1, 1, 2]]
    (item,) = answer.json()["sentences"]
    assert (item["text"], item["revision"], item["words"][0][:2]) == ("He was not", 2, [3000, 3312])


def test_a_stale_change_is_refused_with_what_is_there_now(as_alice: Client, as_bob: Client, copy: Transcript) -> None:
    change(as_bob, copy, "text", sentences=[[1, 1]], text="theirs")
    answer = change(as_alice, copy, "text", sentences=[[1, 1]], text="mine")
    assert answer.status_code == 409
    assert [item["text"] for item in answer.json()["sentences"]] == ["theirs"]
    assert sentence(copy).text == "theirs"


def test_a_session_of_editing_and_all_of_it_undone(as_alice: Client, copy: Transcript) -> None:
    before = list(copy.sentences.values_list("text", "begin_ms", "end_ms", "speaker", "hidden"))
    steps = []
    for do, more in (
        ("split", {"sentences": [[1, 1]], "at": 11}),
        ("merge", {"sentences": [[6, 2], [2, 1]]}),
        ("hide", {"sentences": [[3, 1]], "hidden": True}),
        ("speaker", {"sentences": [[4, 1]], "speaker": "Elinor"}),
        ("rename", {"old": "1", "new": "Marianne"}),
        ("replace", {"find": "MIGHT", "by": "could", "case": False}),
    ):
        answer = change(as_alice, copy, do, **more)
        assert answer.status_code == 200, do
        steps.append(answer.json()["steps"])
    assert sentence(copy, 5).text.startswith("he could have")
    for step in reversed(steps):
        back = [[number, sentence(copy, number).revision, old] for number, old, _ in step]
        assert change(as_alice, copy, "restore", sentences=back).status_code == 200
    there = copy.sentences.exclude(text="")
    assert list(there.values_list("text", "begin_ms", "end_ms", "speaker", "hidden")) == before


@pytest.mark.parametrize(
    ("do", "more", "words"),
    [
        ("text", {"sentences": [[1, 1]], "text": " "}, "needs a text"),
        ("text", {"sentences": [[1, 1]], "text": "x" * 2_001}, "2,000 characters"),
        ("split", {"sentences": [[1, 1]], "at": 0}, "at its edge"),
        ("replace", {"find": "", "by": "", "case": False}, "what to look for"),
        ("restore", {"sentences": [[1, 1, 9]]}, "not there any more"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    as_alice: Client, copy: Transcript, do: str, more: dict[str, object], words: str
) -> None:
    answer = change(as_alice, copy, do, **more)
    assert answer.status_code == 422
    assert words in answer.json()["error"]


def test_joining_a_hidden_sentence_to_a_shown_one_is_refused_in_words(as_alice: Client, copy: Transcript) -> None:
    change(as_alice, copy, "hide", sentences=[[2, 1]], hidden=True)
    answer = change(as_alice, copy, "merge", sentences=[[1, 1], [2, 2]])
    assert answer.status_code == 422
    assert "One of the two is hidden" in answer.json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"do": "drop"}',
        '{"do": "text"}',
        '{"do": "text", "sentences": [[1, 1]], "text": 7}',
        '{"do": "text", "sentences": [[99, 1]], "text": "x"}',
        '{"do": "text", "sentences": [[true, 1]], "text": "x"}',
        '{"do": "split", "sentences": [[1, 1]], "at": -1}',
        '{"do": "split", "sentences": [[1, 1]], "at": 1e999}',
        '{"do": "merge", "sentences": [[1, 1], [1, 1]]}',
        '{"do": "restore", "sentences": [[1, 1, 1], [1, 1, 1]]}',
        '{"do": "text", "sentences": [[1, 99999999999999999999]], "text": "x"}',
        "[" * 100_000,
    ],
)
def test_what_is_no_request_changes_nothing(as_alice: Client, copy: Transcript, body: str) -> None:
    answer = as_alice.post(of("editor-changes", copy), body, content_type="application/json")
    assert answer.status_code == 400
    assert not copy.sentences.exclude(revision=1).exists()


@pytest.mark.parametrize("speaker", ["\ud800", "a\x00b", "x" * 500])
def test_a_name_is_cleaned_and_cut(as_alice: Client, copy: Transcript, speaker: str) -> None:
    assert change(as_alice, copy, "speaker", sentences=[[1, 1]], speaker=speaker).status_code == 200
    assert len(sentence(copy).speaker) <= 80
    assert change(as_alice, copy, "rename", old=speaker, new="b").status_code == 200


def test_originals_have_no_editor(as_alice: Client, live: Transcript, batch: Transcript) -> None:
    for original in (live, batch):
        assert change(as_alice, original, "text", sentences=[[1, 1]], text="x").status_code == 404
        assert as_alice.get(of("editor", original)).status_code == 404


def test_find_counts_in_reading_order(as_alice: Client, copy: Transcript) -> None:
    answer = as_alice.get(of("editor-find", copy), {"find": "RATHER"})
    assert answer.json() == {"count": 2, "numbers": [2, 3]}
    assert as_alice.get(of("editor-find", copy), {"find": "RATHER", "case": "1"}).json()["count"] == 0


def test_a_change_without_the_token_is_refused(copy: Transcript) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(copy.session.room.owner)
    assert change(strict, copy, "text", sentences=[[1, 1]], text="x").status_code == 403
