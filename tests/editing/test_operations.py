from __future__ import annotations

import pytest

from subtitles.editing import operations
from subtitles.editing.operations import Refused
from subtitles.editing.writing import write
from subtitles.models import Sentence, Transcript


def first(transcript: Transcript) -> Sentence:
    return transcript.sentences.get(number=1)


def test_words_that_stay_keep_their_times(copy: Transcript) -> None:
    before = first(copy)
    write(copy, operations.with_text(first(copy), before.text.replace("men", "man, truly")), None)
    assert first(copy).words[:7] == before.words[:7]


@pytest.mark.parametrize(("text", "key"), [("", "empty"), ("\u202e \n", "empty"), ("x" * 2_001, "too_long")])
def test_a_text_that_cannot_stand_is_refused(copy: Transcript, text: str, key: str) -> None:
    with pytest.raises(Refused, match=key):
        operations.with_text(first(copy), text)


def test_text_is_cleaned_as_speech_is(copy: Transcript) -> None:
    (change,) = operations.with_text(first(copy), "a\u202eb\x00 \n <b>")
    assert change.becomes.text == "ab <b>"


@pytest.mark.parametrize("at", [0, 500, -3])
def test_a_cut_that_leaves_nothing_is_refused(copy: Transcript, at: int) -> None:
    with pytest.raises(Refused, match="split"):
        operations.split(first(copy), at if at >= 0 else 0)


def test_both_parts_of_a_hidden_sentence_are_hidden(copy: Transcript) -> None:
    copy.sentences.filter(number=1).update(hidden=True)
    write(copy, operations.split(first(copy), 6), None)
    parts = copy.sentences.filter(number__in=(1, 6)).values_list("text", "hidden")
    assert sorted(parts) == [("he was", True), ("not an ill disposed young men", True)]


def test_two_hidden_sentences_are_joined_to_a_hidden_one(copy: Transcript) -> None:
    copy.sentences.filter(number__in=(1, 2)).update(hidden=True)
    write(copy, operations.merged(first(copy), copy.sentences.get(number=2)), None)
    assert first(copy).hidden
    assert first(copy).text.endswith("cold hearted")


@pytest.mark.parametrize("number", [1, 2])
def test_a_hidden_sentence_is_not_joined_to_a_shown_one(copy: Transcript, number: int) -> None:
    copy.sentences.filter(number=number).update(hidden=True)
    with pytest.raises(Refused, match="one_hidden"):
        operations.merged(first(copy), copy.sentences.get(number=2))


def test_a_speaker_is_renamed_everywhere_also_where_it_is_hidden(copy: Transcript) -> None:
    copy.sentences.filter(number=3).update(hidden=True)
    copy.sentences.filter(number=5).update(speaker="2")
    assert len(write(copy, operations.renamed(copy, "1", " Marianne\x07 "), None)) == 4
    assert set(copy.sentences.values_list("speaker", flat=True)) == {"Marianne", "2"}


def test_find_counts_what_replace_replaces(copy: Transcript) -> None:
    assert operations.count(copy, "ILL disposed", case=False) == [(1, 1), (3, 1)]
    assert operations.count(copy, "ILL disposed", case=True) == []
    steps = write(copy, operations.replaced(copy, "ill disposed", r"ill-\1disposed", case=False), None)
    assert [step.number for step in steps] == [1, 3]
    assert first(copy).text == r"he was not an ill-\1disposed young men"


@pytest.mark.parametrize(
    ("before", "by", "after"),
    [
        ("apples, pears", " and", "apples and pears"),
        ("apples,pears", " and ", "apples and pears"),
        ("apples,pears", "; ", "apples; pears"),
        ("apples,pears", " ", "apples pears"),
        ("apples,pears", "", "applespears"),
    ],
)
def test_the_spaces_round_what_replaces_stay(copy: Transcript, before: str, by: str, after: str) -> None:
    copy.sentences.filter(number=1).update(text=before, words=[])
    write(copy, operations.replaced(copy, ",", by, case=False), None)
    assert first(copy).text == after


def test_a_sentence_that_loses_its_whole_text_is_hidden(copy: Transcript) -> None:
    copy.sentences.filter(number=2).update(text="um", words=[])
    write(copy, operations.replaced(copy, "um", "", case=False), None)
    row = copy.sentences.get(number=2)
    assert (row.text, row.hidden) == ("um", True)


@pytest.mark.parametrize("find", ["", "x" * 201])
def test_nothing_and_too_much_is_not_looked_for(copy: Transcript, find: str) -> None:
    with pytest.raises(Refused, match="find"):
        operations.count(copy, find, case=False)


def test_one_cannot_go_back_to_what_never_was(copy: Transcript) -> None:
    with pytest.raises(Refused, match="revision"):
        operations.gone_back([operations.Earlier(first(copy), 7)])
