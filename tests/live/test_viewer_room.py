from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from subtitles.live.outbox import LONGEST_S
from subtitles.live.reading import WINDOW, RoomView
from subtitles.live.refusals import restarting
from subtitles.live.sender import Frame
from subtitles.live.tail import SPARE, TAIL
from subtitles.live.viewer_room import ViewerRoom
from subtitles.live.wire import Cursor, Item, SessionInfo
from tests.live.watching import Wire

LIVE = SessionInfo(7, "Talk", "live", "en")


def _item(number: int, **fields: Any) -> Item:
    """Sentence `number` with seq `number` + 1: seq 1 is the beginning of the session."""
    return replace(Item(number, 1, number + 1, number * 1000, number * 1000 + 900, f"sentence {number}"), **fields)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(clock: Clock) -> ViewerRoom:
    """Three sentences were said."""
    return ViewerRoom(1, RoomView(LIVE, 4, 0, [_item(1), _item(2), _item(3)]), clock)


def _enter(room: ViewerRoom, cursor: Cursor | None = None, *, counted: bool = True) -> Wire:
    wire = Wire()
    room.enter(wire, cursor, counted)
    return wire


def _numbers(message: dict[str, Any]) -> list[int]:
    return [item["number"] for item in message["items"]]


# --- coming in --------------------------------------------------------------------------------------------------------


def test_a_fresh_viewer_gets_a_snapshot(room: ViewerRoom) -> None:
    room.interim(7, 4, "and", 1)
    (snapshot,) = _enter(room).taken
    assert (snapshot["type"], snapshot["seq"], _numbers(snapshot)) == ("snapshot", 4, [1, 2, 3])
    assert snapshot["interims"] == [{"number": 4, "text": "and"}]


def test_a_viewer_that_was_here_gets_what_it_missed(room: ViewerRoom) -> None:
    room.interim(7, 4, "and", 1)
    missed, interim, status = _enter(room, Cursor(7, 2)).taken
    assert (missed["after"], missed["seq"], _numbers(missed)) == (2, 4, [2, 3])
    assert (interim["number"], status["seq"]) == (4, 4)


@pytest.mark.parametrize("cursor", [Cursor(6, 2), Cursor(7, 5), Cursor(7, 2**53)])
def test_a_cursor_of_another_session_or_from_the_future_gets_a_snapshot(room: ViewerRoom, cursor: Cursor) -> None:
    assert _enter(room, cursor).types() == ["snapshot"]


def test_a_room_without_a_session_gives_an_empty_snapshot(clock: Clock) -> None:
    empty = ViewerRoom(1, RoomView(None, 0, 0, []), clock)
    (snapshot,) = _enter(empty, Cursor(7, 2)).taken
    assert (snapshot["session"], snapshot["items"]) == (None, [])


def test_who_was_away_too_long_gets_the_last_sentences(room: ViewerRoom) -> None:
    for number in range(4, WINDOW + 100):
        room.sentence(7, _item(number))
    (snapshot,) = _enter(room, Cursor(7, 2)).taken
    assert _numbers(snapshot) == list(range(WINDOW + 100 - TAIL, WINDOW + 100))


def test_hidden_sentences_leave_no_hole_in_a_snapshot(room: ViewerRoom) -> None:
    for number in range(4, 200):
        room.sentence(7, _item(number))
    for turn in range(SPARE):
        room.sentence(7, _item(199 - turn, seq=201 + turn, hidden=True))
    (snapshot,) = _enter(room).taken
    last = 199 - SPARE
    assert _numbers(snapshot) == list(range(last - TAIL + 1, last + 1))


def test_corrections_of_the_beginning_leave_the_end_in_a_snapshot(room: ViewerRoom) -> None:
    for number in range(4, 1001):
        room.sentence(7, _item(number))
    for number in range(1, 400):
        room.sentence(7, _item(number, seq=1001 + number, text="corrected"))
    (snapshot,) = _enter(room).taken
    assert _numbers(snapshot) == list(range(1001 - TAIL, 1001))


# --- what happens -----------------------------------------------------------------------------------------------------


def test_a_sentence_goes_to_everybody_framed_once(room: ViewerRoom) -> None:
    wires = [_enter(room) for _ in range(3)]
    assert room.sentence(7, _item(4))
    sent = [wire.taken[-1] for wire in wires]
    assert sent[0] == sent[1] == sent[2]
    assert (sent[0]["after"], sent[0]["seq"], _numbers(sent[0])) == (4, 5, [4])


@pytest.mark.parametrize("seq", [2, 3, 4])
def test_what_came_before_changes_nothing(room: ViewerRoom, seq: int) -> None:
    wire = _enter(room)
    assert room.sentence(7, _item(1, seq=seq, text="late"))
    assert room.state(replace(LIVE, state="ended"), seq)
    assert wire.types() == ["snapshot"]


def test_a_hole_is_not_published(room: ViewerRoom) -> None:
    wire = _enter(room)
    assert not room.sentence(7, _item(5))
    assert not room.state(LIVE, 9)
    assert not room.sentence(8, _item(4))
    assert (wire.types(), room.seq, room.wanted) == (["snapshot"], 4, 9)


def test_a_hole_is_filled_in_one_message(room: ViewerRoom) -> None:
    wire = _enter(room)
    room.catch_up(RoomView(LIVE, 7, 4, [_item(4), _item(5), _item(6)]))
    assert (wire.taken[-1]["after"], wire.taken[-1]["seq"], _numbers(wire.taken[-1])) == (4, 7, [4, 5, 6])


def test_a_hole_in_which_the_session_ended_is_filled_without_taking_anybody_elsewhere(room: ViewerRoom) -> None:
    """Whoever reads the past stays where it is: a snapshot would begin at the last fifty sentences."""
    room.interim(7, 6, "and", 1)
    wire = _enter(room)
    ended = replace(LIVE, state="ended")
    room.catch_up(RoomView(ended, 7, 4, [_item(4), _item(5)]))
    said, state = list(wire.taken)[1:]
    assert (said["type"], said["after"], said["seq"], _numbers(said)) == ("sentences", 4, 6, [4, 5])
    assert (state["type"], state["after"], state["seq"], state["state"]) == ("session", 6, 7, "ended")
    assert (room.session, room.seq) == (ended, 7)
    (snapshot,) = _enter(room).taken
    assert (snapshot["session"]["state"], snapshot["interims"]) == ("ended", [])


def test_a_state_that_is_all_that_was_missed_is_one_message(room: ViewerRoom) -> None:
    wire = _enter(room)
    room.catch_up(RoomView(replace(LIVE, state="ending"), 5, 4, []))
    assert wire.types() == ["snapshot", "session"]
    assert (wire.taken[-1]["after"], wire.taken[-1]["seq"]) == (4, 5)


@pytest.mark.parametrize("session", [replace(LIVE, id=8), replace(LIVE, title="Renamed")])
def test_a_hole_behind_which_the_session_is_another_begins_anew(room: ViewerRoom, session: SessionInfo) -> None:
    wire = _enter(room)
    room.catch_up(RoomView(session, 7, 4, []))
    assert wire.types() == ["snapshot", "snapshot"]
    assert wire.taken[-1]["session"]["title"] == session.title


def test_a_late_answer_of_the_database_changes_nothing(room: ViewerRoom) -> None:
    wire = _enter(room)
    room.sentence(7, _item(4))
    room.catch_up(RoomView(LIVE, 5, 3, [_item(3), _item(4)]))
    assert wire.types() == ["snapshot", "sentences"]


def test_a_hole_that_is_too_large_begins_anew(room: ViewerRoom) -> None:
    wire = _enter(room)
    items = [_item(number) for number in range(50, 50 + WINDOW)]
    room.catch_up(RoomView(LIVE, 50 + WINDOW, 50, items, items[-TAIL - SPARE :]))
    assert wire.types() == ["snapshot", "snapshot"]
    assert _numbers(wire.taken[-1]) == list(range(WINDOW, WINDOW + 50))
    assert _enter(room, Cursor(7, 4)).types() == ["snapshot"]


def test_a_new_session_begins_with_a_snapshot(room: ViewerRoom) -> None:
    wire = _enter(room)
    room.interim(7, 4, "and", 3)
    room.behind_ms = 60_000
    assert room.state(SessionInfo(8, "Next", "live", "en"), 5)
    snapshot = wire.taken[-1]
    assert (snapshot["session"]["id"], snapshot["items"], snapshot["interims"]) == (8, [], [])
    room.say_status()
    assert wire.taken[-1]["behind_ms"] == 0
    room.interim(8, 1, "hello", 1)
    assert wire.taken[-1]["text"] == "hello"


def test_the_end_takes_interims_and_delay_with_it(room: ViewerRoom) -> None:
    room.interim(7, 4, "and", 1)
    room.behind_ms = 60_000
    assert room.state(replace(LIVE, state="ended"), 5)
    missed, status = _enter(room, Cursor(7, 4)).taken
    assert (missed["items"], status["state"], status["behind_ms"]) == ([], "ended", 0)


def test_a_session_that_was_deleted_disappears(room: ViewerRoom) -> None:
    wire = _enter(room)
    room.catch_up(RoomView(None, 5, 4, []))
    assert (wire.taken[-1]["session"], room.seq) == (None, 5)


# --- interims ---------------------------------------------------------------------------------------------------------


def test_an_interim_of_a_sentence_that_is_there_is_late(room: ViewerRoom) -> None:
    wire = _enter(room)
    room.interim(7, 3, "late", 1)
    room.interim(8, 4, "of another session", 1)
    assert wire.types() == ["snapshot"]


def test_interims_of_a_writer_that_lost_the_session_are_dropped(room: ViewerRoom) -> None:
    wire = _enter(room)
    room.interim(7, 4, "new", 3)
    room.interim(7, 4, "old", 2)
    assert [message.get("text") for message in wire.taken] == [None, "new"]


def test_a_sentence_ends_its_interim_and_those_before_it(room: ViewerRoom) -> None:
    room.interim(7, 4, "four", 1)
    room.interim(7, 5, "five", 1)
    room.interim(7, 6, "six", 1)
    room.catch_up(RoomView(LIVE, 6, 4, [_item(4), _item(5)]))
    assert _enter(room).taken[0]["interims"] == [{"number": 6, "text": "six"}]


def test_an_interim_that_was_withdrawn_is_gone(room: ViewerRoom) -> None:
    room.interim(7, 4, "four", 1)
    room.interim(7, 4, "", 1)
    assert _enter(room).taken[0]["interims"] == []


# --- viewers ----------------------------------------------------------------------------------------------------------


def test_only_viewers_are_counted(room: ViewerRoom) -> None:
    viewer, broadcaster = _enter(room), _enter(room, counted=False)
    assert (room.viewers, room.is_empty) == (1, False)
    room.leave(viewer)
    assert (room.viewers, room.is_empty) == (0, False)
    room.leave(broadcaster)
    assert room.is_empty


def test_leaving_twice_is_leaving(room: ViewerRoom) -> None:
    wire = _enter(room)
    room.leave(wire)
    room.leave(wire)
    assert room.viewers == 0


def test_a_slow_viewer_gets_everything_later_in_order(room: ViewerRoom) -> None:
    slow, well = _enter(room), _enter(room)
    slow.blocked = True
    for number in (4, 5, 6):
        room.interim(7, number, f"interim {number}", 1)
        room.sentence(7, _item(number))
    room.give(slow, Frame('{"type":"page"}'))
    assert (list(room.slow), well.types().count("sentences")) == ([slow], 3)
    slow.blocked = False
    room.drain_slow()
    assert not room.slow
    assert slow.types() == ["snapshot", "sentences", "sentences", "sentences", "page"]
    room.sentence(7, _item(7))
    assert slow.taken[-1]["seq"] == 8


def test_a_viewer_that_stays_slow_is_closed(room: ViewerRoom, clock: Clock) -> None:
    slow = _enter(room)
    slow.blocked = True
    room.sentence(7, _item(4))
    room.drain_slow()
    assert slow.closed is None
    clock.now += LONGEST_S + 1
    room.drain_slow()
    assert slow.closed == (4408, "slow_reader")
    assert room.is_empty


def test_when_the_server_restarts_everybody_hears_another_moment_to_come_back(room: ViewerRoom) -> None:
    wires = [_enter(room) for _ in range(20)]
    wires[0].blocked = True
    room.sentence(7, _item(4))
    room.close_all(restarting)
    assert {wire.closed for wire in wires} == {(4503, "restarting")}
    moments = [wire.taken[-1]["retry_after"] for wire in wires[1:]]
    assert len(set(moments)) > 10
    assert room.is_empty
