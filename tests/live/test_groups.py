from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitles.live import groups
from subtitles.live.changes import (
    Change,
    DelayChanged,
    EpochRaised,
    InterimChanged,
    Poke,
    SentenceChanged,
    StateChanged,
    ViewersCounted,
    pack,
    unpack,
)
from subtitles.live.groups import MOST_WAITING, Groups, announce_from_outside, room_group
from subtitles.live.wire import Item, SessionInfo
from tests.live.layer import SharedLayer

_number = st.integers(0, 2**53)
_text = st.text(max_size=20)
_items = st.builds(Item, *[_number] * 5, _text, _text, _text, st.booleans())
_infos = st.builds(SessionInfo, _number, _text, _text, _text)
_changes: st.SearchStrategy[Change] = st.one_of(
    st.builds(SentenceChanged, _number, _number, _items),
    st.builds(StateChanged, _number, _infos, _number),
    st.builds(InterimChanged, _number, _number, _number, _text, _number),
    st.builds(DelayChanged, _number, _number),
    st.builds(ViewersCounted, _number, _text, _number),
    st.builds(Poke, _number),
    st.builds(EpochRaised, _number, _number, _number),
)


@given(_changes)
def test_a_change_comes_out_as_it_went_in(change: Change) -> None:
    assert unpack(pack(change)) == change
    assert unpack(json.loads(json.dumps(pack(change)))) == change


def test_what_another_process_announces_is_understood() -> None:
    assert unpack(announce_from_outside(5)) == Poke(5)


class Process:
    def __init__(self, layer: Any) -> None:
        self.heard: asyncio.Queue[Change] = asyncio.Queue()
        self.groups = Groups(self.heard.put_nowait, layer)

    async def next(self) -> Change:
        return await asyncio.wait_for(self.heard.get(), 5)


@pytest.fixture
def layer() -> SharedLayer:
    return SharedLayer()


@pytest.fixture
async def two(layer: SharedLayer) -> AsyncIterator[tuple[Process, Process]]:
    processes = Process(layer), Process(layer)
    for process in processes:
        await process.groups.subscribe(1)
        await process.groups.start()
        assert await process.next() == Poke(1)  # it looks at every room it joins
    yield processes
    for process in processes:
        await process.groups.stop()


async def test_changes_reach_the_other_process_and_not_their_own(two: tuple[Process, Process]) -> None:
    one, other = two
    one.groups.send(DelayChanged(1, 5))
    other.groups.send(DelayChanged(1, 7))
    assert (await other.next(), await one.next()) == (DelayChanged(1, 5), DelayChanged(1, 7))
    assert one.heard.empty()


async def test_rooms_that_nobody_watches_here_are_not_heard(two: tuple[Process, Process]) -> None:
    one, other = two
    await other.groups.unsubscribe(1)
    one.groups.send(DelayChanged(1, 5))
    await other.groups.subscribe(2)
    one.groups.send(DelayChanged(2, 6))
    assert await other.next() == DelayChanged(2, 6)


async def test_a_room_that_somebody_enters_while_it_is_left_is_heard(
    two: tuple[Process, Process], layer: SharedLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    really = layer.group_discard

    async def discard(group: str, channel: str) -> None:
        await other.groups.subscribe(1)
        await really(group, channel)

    monkeypatch.setattr(layer, "group_discard", discard)
    await other.groups.unsubscribe(1)
    one.groups.send(DelayChanged(1, 5))
    assert await other.next() == DelayChanged(1, 5)


async def test_a_layer_that_is_away_costs_messages_and_nothing_else(
    two: tuple[Process, Process], layer: SharedLayer
) -> None:
    one, other = two
    layer.cut = True
    one.groups.send(DelayChanged(1, 5))
    await asyncio.wait_for(layer.refused.wait(), 5)
    layer.cut = False
    one.groups.send(DelayChanged(1, 6))
    assert await other.next() == DelayChanged(1, 6)


async def test_a_layer_that_hangs_is_left_after_a_moment(
    two: tuple[Process, Process], layer: SharedLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    monkeypatch.setattr(groups, "LAYER_TIMEOUT_S", 0.01)
    began = asyncio.Event()

    async def hang(group: str, message: dict[str, Any]) -> None:
        began.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as hanging:
        hanging.setattr(layer, "group_send", hang)
        one.groups.send(DelayChanged(1, 5))
        await asyncio.wait_for(began.wait(), 5)
    one.groups.send(DelayChanged(1, 6))
    assert await other.next() == DelayChanged(1, 6)


async def test_after_the_layer_was_lost_every_room_is_looked_at(
    two: tuple[Process, Process], layer: SharedLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    monkeypatch.setattr(groups, "RETRY_S", 0.0)
    really, turns = layer.receive, iter([True, True])  # each process once

    async def receive(channel: str) -> dict[str, Any]:
        if next(turns, False):
            raise ConnectionError
        return await really(channel)

    monkeypatch.setattr(layer, "receive", receive)
    one.groups.send(DelayChanged(1, 5))
    assert [await other.next(), await other.next(), await one.next()] == [DelayChanged(1, 5), Poke(1), Poke(1)]


async def test_what_another_version_says_is_passed_over(two: tuple[Process, Process], layer: SharedLayer) -> None:
    one, other = two
    for nonsense in ({}, {"kind": "New", "fields": {}}, {"kind": "Poke", "fields": {"room_id": 1, "more": 2}}):
        await layer.group_send(room_group(1), {"type": "room.change", "origin": "x", **nonsense})
    one.groups.send(DelayChanged(1, 6))
    assert await other.next() == DelayChanged(1, 6)


async def test_when_too_much_waits_the_oldest_is_dropped_and_counted(layer: SharedLayer) -> None:
    process = Process(layer)  # not started: nothing is sent
    for number in range(MOST_WAITING + 5):
        process.groups.send(DelayChanged(1, number))
    assert process.groups.dropped == 5
    assert process.groups._waiting.get_nowait() == DelayChanged(1, 5)


async def test_without_other_processes_nothing_is_sent() -> None:
    process = Process(None)
    assert not process.groups.crosses
    process.groups.send(Poke(1))
    assert process.groups._waiting.empty()
