from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from subtitles.editing import copying
from subtitles.editing.copying import copied, correcting, withdraw
from subtitles.editing.operations import with_text
from subtitles.editing.transcripts import NotEditable, visible
from subtitles.editing.writing import write
from subtitles.models import CaptionSession, Sentence, Transcript, User
from tests.editing.talk import LIVE


def copies() -> list[Transcript]:
    return list(Transcript.objects.filter(kind=Transcript.Kind.EDITED))


def age(copy: Transcript, by: timedelta) -> None:
    Transcript.objects.filter(pk=copy.pk).update(created_at=timezone.now() - by)


def half_made(monkeypatch: pytest.MonkeyPatch, base: Transcript, user: User) -> Transcript:
    """The process dies before the second piece."""
    copy_rows = copying._copy_rows

    def until_it_dies(source: int, target: int, first: int, last: int) -> None:
        if first:
            raise SystemExit
        copy_rows(source, target, first, last)

    with monkeypatch.context() as patch:
        patch.setattr(copying, "ROWS_A_TRANSACTION", 3)
        patch.setattr(copying, "_copy_rows", until_it_dies)
        with pytest.raises(SystemExit):
            copied(base, user)
    (copy,) = copies()
    return copy


def test_a_copy_has_every_sentence_under_its_number(live: Transcript, alice: User) -> None:
    live.sentences.filter(number=2).update(hidden=True, revision=4)
    copy = copied(live, alice)
    fields = ("number", "begin_ms", "end_ms", "text", "words", "speaker", "language", "hidden")
    assert list(copy.sentences.values_list(*fields)) == list(live.sentences.values_list(*fields))
    assert set(copy.sentences.values_list("revision", "seq")) == {(1, 0)}
    assert (copy.kind, copy.base, copy.created_by, copy.ready) == ("edited", live, alice, True)
    assert visible(copy).count() == 4


def test_nothing_is_copied_that_is_still_being_written(live: Transcript, alice: User) -> None:
    live.session.state = CaptionSession.State.LIVE
    with pytest.raises(NotEditable):
        copied(live, alice)


def test_a_second_wish_at_once_finds_the_copy_of_the_first(live: Transcript, alice: User) -> None:
    first = copied(live, alice)
    assert copied(live, alice) == first
    age(first, copying.AT_ONCE)
    assert copied(live, alice) != first


def test_each_person_has_a_copy_alone(live: Transcript, alice: User) -> None:
    assert copied(live, alice) != copied(live, User.objects.create_user("bob"))


def test_two_who_fill_one_copy_overwrite_nothing(
    live: Transcript, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other wish is begun, and all it does is done, between the pieces of this one."""
    copy_rows, met = copying._copy_rows, list[Transcript]()

    def meanwhile(*piece: int) -> None:
        if not met:
            met.append(Transcript())
            met[0] = copied(live, alice)
            write(met[0], with_text(met[0].sentences.get(number=1), "corrected"), alice)
        copy_rows(*piece)

    monkeypatch.setattr(copying, "_copy_rows", meanwhile)
    assert [copied(live, alice)] == met == copies()
    assert [row.text for row in visible(met[0])] == ["corrected", *LIVE[1:]]


def test_a_copy_that_was_left_half_made_goes_with_the_next(
    live: Transcript, batch: Transcript, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = half_made(monkeypatch, live, alice)
    assert (left.ready, left.sentences.count()) == (False, 2)
    other = copied(batch, alice)
    assert copies() == [left, other]
    age(left, copying.LEFT_BEHIND)
    copied(batch, alice)
    assert copies() == [other]
    assert not Sentence.objects.filter(transcript=left.pk).exists()


def test_who_asks_again_at_once_gets_the_rest_of_a_copy_that_was_left_half_made(
    live: Transcript, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = half_made(monkeypatch, live, alice)
    assert copied(live, alice) == left
    assert [row.text for row in visible(left)] == list(LIVE)


def test_a_copy_is_withdrawn_only_while_nothing_was_changed(copy: Transcript, alice: User) -> None:
    write(copy, with_text(copy.sentences.get(number=1), "corrected"), alice)
    withdraw(copy)
    assert copies() == [copy]
    Sentence.objects.update(revision=1)
    withdraw(copy)
    withdraw(copy)
    assert copies() == []


def test_a_copy_stays_only_if_what_it_was_made_for_did_not_fail_or_it_was_there_before(
    live: Transcript, alice: User
) -> None:
    with pytest.raises(IndexError), correcting(live, alice) as made:
        raise IndexError
    assert not Transcript.objects.filter(pk=made.pk).exists()
    own = copied(live, alice)
    with pytest.raises(IndexError), correcting(live, alice) as found:
        raise IndexError
    assert found == own
    assert Transcript.objects.filter(pk=own.pk).exists()
