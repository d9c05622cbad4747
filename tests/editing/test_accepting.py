from __future__ import annotations

from subtitles.compare.accept import accept_change
from subtitles.compare.diff import compare, one_row, runs
from subtitles.editing.accepting import changes, compared, taken_over
from subtitles.editing.states import spoken
from subtitles.editing.transcripts import visible
from subtitles.editing.writing import write
from subtitles.models import Sentence, Transcript
from tests.editing.talk import BATCH


def test_accepting_everything_makes_the_texts_equal_and_leaves_the_originals(
    copy: Transcript, live: Transcript, batch: Transcript
) -> None:
    write(copy, taken_over(copy, batch), None)
    assert [row.text for row in visible(copy)] == list(BATCH)
    assert visible(live)[0].text == "he was not an ill disposed young men"
    assert {row.kind for row in compared(copy, batch).comparison.rows} == {"equal"}


def test_sentences_that_only_one_side_has_come_and_go(copy: Transcript, batch: Transcript) -> None:
    batch.sentences.filter(number=2).delete()
    copy.sentences.filter(number=4).update(hidden=True)
    write(copy, taken_over(copy, batch), None)
    assert [row.text for row in visible(copy)] == [BATCH[0], *BATCH[2:]]
    assert [row.text for row in visible(batch)] == [BATCH[0], *BATCH[2:]]


def test_a_comparison_is_made_once_for_each_state_of_its_transcripts(copy: Transcript, batch: Transcript) -> None:
    before = compared(copy, batch)
    assert compared(copy, batch) is before
    copy.sentences.filter(number=1).update(text="x", revision=2)
    assert compared(copy, batch) is not before


def test_one_sentence_hidden_and_another_shown_are_another_comparison(copy: Transcript, batch: Transcript) -> None:
    copy.sentences.filter(number=1).update(text="x", revision=3)
    copy.sentences.filter(number=2).update(hidden=True, revision=2)
    assert [place.number for place in compared(copy, batch).a] == [1, 3, 4, 5]
    copy.sentences.filter(number=1).update(hidden=True, revision=4)
    copy.sentences.filter(number=2).update(hidden=False, revision=3)
    assert [place.number for place in compared(copy, batch).a] == [2, 3, 4, 5]


def test_a_row_alone_has_the_changes_that_it_has_in_the_whole(copy: Transcript, batch: Transcript) -> None:
    ours, theirs = (list(visible(side)) for side in (copy, batch))
    whole = compare([*map(spoken, ours)], [*map(spoken, theirs)])
    alone = one_row([spoken(ours[0])], [spoken(theirs[0])])
    assert runs(alone, alone.rows[0]) == runs(whole, whole.rows[0])
    (edit,) = [accept_change(alone, number) for number in range(len(alone.changes))]
    write(copy, changes(ours[:1], [edit]), None)
    assert Sentence.objects.get(transcript=copy, number=1).text == "he was not an ill disposed young man"


def test_two_channels_are_compared_one_after_the_other(copy: Transcript, batch: Transcript) -> None:
    for transcript in (copy, batch):
        transcript.sentences.filter(number__in=(2, 4)).update(channel=1)
        transcript.sentences.exclude(channel=1).update(channel=0)
    found = compared(copy, batch)
    assert [row.number for row in found.a] == [1, 3, 5, 2, 4]
    write(copy, taken_over(copy, batch), None)
    assert [row.text for row in visible(copy)] == list(BATCH)
