from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from subtitles.live import reading, store
from subtitles.live.store import Taken
from subtitles.live.wire import BroadcastHello
from subtitles.models import CaptionSession, Room, Sentence, User
from subtitles.speech import FinalResult


@pytest.fixture
def room(db: Any, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setattr(reading, "WINDOW", 10)
    monkeypatch.setattr(reading, "PAGE", 4)
    owner = User.objects.create_user("alice")
    return Room.objects.create(title="Talk", slug="talk", owner=owner, language="en")


@pytest.fixture
def taken(room: Room) -> Taken:
    return store.begin(room.pk, BroadcastHello(uuid4(), False, True, True, False))


def _say(taken: Taken, first: int, last: int) -> None:
    for number in range(first, last + 1):
        final = FinalResult(number * 1000, number * 1000 + 900, f"sentence {number}")
        store.commit_final(taken, taken.epoch, number, number, final)


def _edit(taken: Taken, number: int, **fields: Any) -> None:
    """As a page does it: a seq of the room, in the transaction of the change."""
    seq = store._next_seq(taken.room_id)
    Sentence.objects.filter(transcript=taken.transcript_id, number=number).update(seq=seq, revision=2, **fields)


def _numbers(items: list[Any] | None) -> list[int]:
    return [item.number for item in items or []]


def test_a_room_where_nothing_was_ever_said_has_no_session(room: Room) -> None:
    assert reading.view(room.pk) == reading.RoomView(None, 0, 0, [])


def test_a_view_holds_everything_while_it_is_little(room: Room, taken: Taken) -> None:
    _say(taken, 1, 10)
    view = reading.view(room.pk)
    assert (view.session, view.seq, view.floor, view.tail) == (taken.info, 11, 0, None)
    assert _numbers(view.items) == list(range(1, 11))


def test_a_view_after_a_seq_holds_the_changes_after_it_in_their_order(room: Room, taken: Taken) -> None:
    _say(taken, 1, 8)
    _edit(taken, 3, text="corrected")
    _edit(taken, 2, hidden=True)
    view = reading.view(room.pk, after=8)
    assert (_numbers(view.items), view.floor, view.seq) == ([8, 3, 2], 8, 11)
    assert view.items[1].text == "corrected"


def test_a_view_of_too_much_says_from_where_it_is_whole(room: Room, taken: Taken) -> None:
    _say(taken, 1, 25)
    view = reading.view(room.pk)
    assert _numbers(view.items) == list(range(16, 26))
    assert view.floor == 16  # the seq of sentence 15: every change above it is there
    assert view.items[0].seq == 17


def test_the_end_of_a_session_is_there_however_much_of_its_beginning_was_corrected(room: Room, taken: Taken) -> None:
    _say(taken, 1, 40)
    for number in range(1, 21):
        _edit(taken, number, text="corrected")
    view = reading.view(room.pk)
    assert _numbers(view.items) == list(range(11, 21))
    assert sorted(_numbers(view.tail)) == list(range(1, 41))[-len(view.tail or []) :]
    assert 40 in _numbers(view.tail)


def test_hidden_sentences_are_changes_and_no_part_of_the_end(room: Room, taken: Taken) -> None:
    _say(taken, 1, 20)
    _edit(taken, 20, hidden=True)
    view = reading.view(room.pk)
    assert _numbers(view.items)[-1] == 20
    assert 20 not in _numbers(view.tail)


def test_the_newest_session_is_the_one_that_is_watched(room: Room, taken: Taken) -> None:
    _say(taken, 1, 3)
    store.become_ending(taken, taken.epoch)
    store.end(taken, taken.epoch, 5)
    assert reading.view(room.pk).session.state == "ended"  # type: ignore[union-attr]
    following = store.begin(room.pk, BroadcastHello(uuid4(), False, True, True, False))
    view = reading.view(room.pk)
    assert (view.session, view.items) == (following.info, [])


def test_what_was_uploaded_later_is_not_watched(room: Room, taken: Taken) -> None:
    _say(taken, 1, 2)
    CaptionSession.objects.create(room=room, title="talk.mp3", state="ended", language="en")
    view = reading.view(room.pk)
    assert view.session is not None
    assert (view.session.id, _numbers(view.items)) == (taken.info.id, [1, 2])


def test_pages_go_back_to_the_first_sentence(room: Room, taken: Taken) -> None:
    _say(taken, 1, 9)
    _edit(taken, 4, hidden=True)
    assert [_numbers(reading.before(taken.info.id, 9)[0]), reading.before(taken.info.id, 9)[1]] == [[5, 6, 7, 8], True]
    assert [_numbers(reading.before(taken.info.id, 5)[0]), reading.before(taken.info.id, 5)[1]] == [[1, 2, 3], False]
    assert reading.before(taken.info.id, 1) == ([], False)


def test_heads_come_for_many_rooms_at_once(room: Room, taken: Taken, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert reading.heads([room.pk, 99]) == {room.pk: reading.Head(1, room.watch_token)}


def test_a_link_leads_to_its_room_and_an_old_one_is_known(room: Room) -> None:
    old = room.watch_token
    assert reading.room_of_link(old) == room.pk
    room.renew_watch_link()
    assert reading.room_of_link(room.watch_token) == room.pk
    assert reading.room_of_link("nonsense") is None
    with pytest.raises(LookupError):
        reading.room_of_link(old)
