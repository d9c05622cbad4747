from __future__ import annotations

from dataclasses import replace

import pytest

from subtitles.editing import operations
from subtitles.editing.states import state
from subtitles.editing.transcripts import NotEditable
from subtitles.editing.writing import Change, Stale, Step, write
from subtitles.models import Revision, Sentence, Transcript, User


def sentence(transcript: Transcript, number: int) -> Sentence:
    return transcript.sentences.get(number=number)


def texts(transcript: Transcript) -> list[str]:
    return [row.text for row in transcript.sentences.exclude(text="").order_by("begin_ms", "number")]


def test_a_change_is_kept_with_what_was_there_before(copy: Transcript, alice: User) -> None:
    before = sentence(copy, 1)
    steps = write(copy, operations.with_text(before, "He was not ill-disposed"), alice)
    assert steps == [Step(1, 1, 2)]
    kept = list(Revision.objects.values_list("revision", "kept__text", "made_by"))
    assert kept == [(1, "he was not an ill disposed young men", None), (2, "He was not ill-disposed", alice.pk)]
    after = sentence(copy, 1)
    assert (after.text, after.revision) == ("He was not ill-disposed", 2)


def test_a_sentence_that_changed_meanwhile_is_refused_and_nothing_is_written(copy: Transcript, alice: User) -> None:
    mine, other = sentence(copy, 1), sentence(copy, 2)
    write(copy, operations.with_text(sentence(copy, 1), "theirs"), None)
    with pytest.raises(Stale) as refused:
        write(copy, [*operations.with_text(other, "new"), *operations.with_text(mine, "mine")], alice)
    assert [row.text for row in refused.value.sentences] == ["theirs"]
    assert texts(copy)[:2] == ["theirs", "unless to be rather cold hearted"]


def test_what_is_the_same_is_not_written(copy: Transcript) -> None:
    row = sentence(copy, 1)
    assert write(copy, operations.with_text(row, f"  {row.text}\u202e"), None) == []
    assert Revision.objects.count() == 0


@pytest.mark.parametrize("kind", ["live", "batch"])
def test_originals_are_never_changed(copy: Transcript, kind: str) -> None:
    Transcript.objects.filter(kind="live").update(kind=kind)
    original = Transcript.objects.get(kind=kind)
    row = sentence(original, 1)
    with pytest.raises(NotEditable):
        write(original, [Change(row, replace(state(row), text="x"))], None)


def test_split_and_undone_it_is_as_before(copy: Transcript, alice: User) -> None:
    before = texts(copy)
    first, second = write(copy, operations.split(sentence(copy, 1), 11), alice)
    assert texts(copy)[:3] == ["he was not", "an ill disposed young men", before[1]]
    assert (second.number, second.before) == (6, 1)
    undo = [operations.Earlier(sentence(copy, step.number), step.before) for step in (first, second)]
    redo = write(copy, operations.gone_back(undo), alice)
    assert texts(copy) == before
    again = [operations.Earlier(sentence(copy, step.number), step.before) for step in redo]
    write(copy, operations.gone_back(again), alice)
    assert texts(copy)[:2] == ["he was not", "an ill disposed young men"]


def test_joined_sentences_keep_the_times_of_their_words(copy: Transcript) -> None:
    words = [*sentence(copy, 1).words, *sentence(copy, 2).words]
    write(copy, operations.merged(sentence(copy, 1), sentence(copy, 2)), None)
    assert len(texts(copy)) == 4
    assert sentence(copy, 1).words == words
    assert (sentence(copy, 1).end_ms, sentence(copy, 2).hidden) == (8_500, True)
