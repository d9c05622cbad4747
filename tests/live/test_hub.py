from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from subtitles.live.changes import DelayChanged, EpochRaised, Poke, ViewersCounted
from subtitles.live.hub import COUNT_VALID_S, IDLE_STATUS_S, POLL_S, UNLOAD_AFTER_S, Hub
from subtitles.live.wire import Cursor
from tests.live.virtual_time import in_virtual_time, now
from tests.live.watching import ROOM, Book, Wire


@pytest.fixture
def book() -> Book:
    written = Book()
    written.begin()
    for _ in range(3):
        written.say()
    return written


@asynccontextmanager
async def _hub(book: Book) -> AsyncIterator[Hub]:
    hub = Hub(book, now)
    await hub.start()
    try:
        yield hub
    finally:
        await hub.stop()


async def _join(hub: Hub, cursor: Cursor | None = None, *, counted: bool = True, token: str | None = None) -> Wire:
    wire = Wire()
    await hub.join(ROOM, wire, cursor, counted=counted, token=token)
    return wire


@in_virtual_time
async def test_a_thousand_viewers_that_come_together_cost_one_read(book: Book) -> None:
    book.delay_s = 1.0
    async with _hub(book) as hub:
        wires = await asyncio.gather(*(_join(hub) for _ in range(1000)))
        assert (book.reads, {wire.taken[0]["seq"] for wire in wires}) == (1, {4})


@in_virtual_time
async def test_a_change_is_published_to_the_viewers_here_at_once(book: Book) -> None:
    async with _hub(book) as hub:
        wire = await _join(hub)
        hub.publish(book.say())
        assert wire.types() == ["snapshot", "sentences"]


@in_virtual_time
async def test_a_lost_change_is_found_when_the_next_one_comes(book: Book) -> None:
    async with _hub(book) as hub:
        wires = [await _join(hub) for _ in range(10)]
        book.say()
        hub.apply(book.say())
        await asyncio.sleep(0.01)
        assert {wire.taken[-1]["seq"] for wire in wires} == {6}
        assert book.reads == 2


@in_virtual_time
async def test_a_lost_change_is_found_within_two_seconds_when_nothing_follows(book: Book) -> None:
    async with _hub(book) as hub:
        wire = await _join(hub)
        book.say()
        await asyncio.sleep(POLL_S + 0.1)
        assert wire.taken[-1]["seq"] == 5


@in_virtual_time
async def test_a_poke_makes_the_hub_look(book: Book) -> None:
    async with _hub(book) as hub:
        wire = await _join(hub)
        book.change(2, text="corrected")
        hub.apply(Poke(ROOM))
        await asyncio.sleep(0.01)
        assert wire.taken[-1]["items"][0]["text"] == "corrected"


@in_virtual_time
async def test_pokes_that_come_while_it_looks_cost_nothing(book: Book) -> None:
    async with _hub(book) as hub:
        await _join(hub)
        book.delay_s = 1.0
        for _ in range(100):
            hub.apply(Poke(ROOM))
        await asyncio.sleep(3)
        assert book.reads == 2


@in_virtual_time
async def test_a_viewer_that_knows_more_than_the_hub_makes_it_look_first(book: Book) -> None:
    """It was connected to another process a moment ago."""
    async with _hub(book) as hub:
        await _join(hub)
        book.say()
        wire = await _join(hub, Cursor(1, 5))
        assert wire.types() == ["sentences", "status"]
        assert wire.taken[0]["seq"] == 5


@in_virtual_time
async def test_while_the_database_is_away_nothing_breaks_and_afterwards_nothing_is_missing(book: Book) -> None:
    async with _hub(book) as hub:
        wire = await _join(hub)
        book.away = True
        book.say()
        hub.apply(book.say())
        with pytest.raises(ConnectionError):
            await _join(Hub(book, now))
        await asyncio.sleep(10)
        book.away = False
        await asyncio.sleep(POLL_S + 0.1)
        assert wire.taken[-1]["seq"] == 6


@in_virtual_time
async def test_a_quiet_room_says_its_state_every_few_seconds(book: Book) -> None:
    async with _hub(book) as hub:
        wire = await _join(hub)
        await asyncio.sleep(3 * (IDLE_STATUS_S + POLL_S))
        assert 3 <= wire.types().count("status") <= 5
        assert wire.taken[-1]["seq"] == 4


@in_virtual_time
async def test_the_delay_goes_to_everybody(book: Book) -> None:
    async with _hub(book) as hub:
        wire = await _join(hub)
        hub.apply(DelayChanged(ROOM, 5000))
        assert wire.taken[-1]["behind_ms"] == 5000


@in_virtual_time
async def test_a_room_that_everybody_left_is_forgotten_after_a_while(book: Book) -> None:
    async with _hub(book) as hub:
        hub.leave(ROOM, await _join(hub))
        await asyncio.sleep(UNLOAD_AFTER_S - POLL_S)
        assert hub.room(ROOM) is not None
        await asyncio.sleep(3 * POLL_S)
        assert hub.room(ROOM) is None
        assert (await _join(hub)).types() == ["snapshot"]


@in_virtual_time
async def test_a_room_that_is_held_stays_as_long_as_anybody_holds_it(book: Book) -> None:
    """A session may begin in a room before the one before it has quite let go."""
    async with _hub(book) as hub:
        await hub.hold(ROOM)
        await hub.hold(ROOM)
        hub.release(ROOM)
        await asyncio.sleep(2 * UNLOAD_AFTER_S)
        assert hub.room(ROOM) is not None
        hub.release(ROOM)
        await asyncio.sleep(2 * UNLOAD_AFTER_S)
        assert hub.room(ROOM) is None


@in_virtual_time
async def test_a_room_is_not_forgotten_while_it_is_being_read(book: Book) -> None:
    async with _hub(book) as hub:
        hub.leave(ROOM, await _join(hub))
        book.delay_s = 60.0
        book.say()
        joining = asyncio.create_task(_join(hub, Cursor(1, 5)))
        await asyncio.sleep(3 * UNLOAD_AFTER_S)
        wire = await joining
        hub.publish(book.say())
        assert wire.taken[-1]["seq"] == 6


@in_virtual_time
async def test_viewers_of_other_processes_count_until_they_are_not_heard_of(book: Book) -> None:
    async with _hub(book) as hub:
        await _join(hub)
        await _join(hub, counted=False)
        hub.apply(ViewersCounted(ROOM, "other", 5))
        hub.apply(ViewersCounted(ROOM, "third", 7))
        hub.apply(ViewersCounted(ROOM, "other", 6))
        assert hub.viewers(ROOM) == 14
        await asyncio.sleep(COUNT_VALID_S + 0.1)
        assert hub.viewers(ROOM) == 1
        assert hub.viewers(99) == 0


@in_virtual_time
async def test_a_slow_viewer_is_served_as_soon_as_it_reads_again(book: Book) -> None:
    async with _hub(book) as hub:
        wire = await _join(hub)
        wire.blocked = True
        hub.publish(book.say())
        await asyncio.sleep(1)
        wire.blocked = False
        await asyncio.sleep(0.05)
        assert wire.types() == ["snapshot", "sentences"]


@in_virtual_time
async def test_a_viewer_that_never_reads_is_closed_within_seconds_of_the_first_frame_it_refused(book: Book) -> None:
    async with _hub(book) as hub:
        wire = await _join(hub)
        wire.blocked = True
        await asyncio.sleep(20)
        assert wire.closed == (4408, "slow_reader")
        assert hub.viewers(ROOM) == 0


@in_virtual_time
async def test_who_came_with_a_link_that_was_replaced_is_told_so_within_seconds(book: Book) -> None:
    """Slow ones too. The streamer, who came with none, stays, and so does whoever has the new one."""
    async with _hub(book) as hub:
        viewer, slow = await _join(hub, token="link"), await _join(hub, token="link")
        slow.blocked = True
        streamer = await _join(hub, counted=False)
        book.token = "new link"
        newcomer = await _join(hub, token="new link")
        await asyncio.sleep(POLL_S + 0.1)
        assert (viewer.types()[-1], viewer.taken[-1]["code"]) == ("error", 4111)
        assert [wire.closed for wire in (viewer, slow)] == [(4111, "link_revoked")] * 2
        assert [wire.closed for wire in (streamer, newcomer)] == [None, None]
        assert hub.viewers(ROOM) == 1


@in_virtual_time
async def test_who_comes_with_the_new_link_while_the_database_still_says_the_old_one_stays(book: Book) -> None:
    async with _hub(book) as hub:
        await _join(hub, token="link")
        book.heads_delay_s = 1.0
        await asyncio.sleep(POLL_S + 0.5)
        book.token = "new link"
        newcomer = await _join(hub, token="new link")
        await asyncio.sleep(3 * POLL_S)
        assert newcomer.closed is None


@in_virtual_time
async def test_who_watches_a_room_that_is_deleted_is_told_so_within_seconds(book: Book) -> None:
    async with _hub(book) as hub:
        viewers = [await _join(hub, token="link"), await _join(hub, counted=False, token="link")]
        book.is_deleted = True
        await asyncio.sleep(POLL_S + 0.1)
        assert [wire.closed for wire in viewers] == [(4104, "not_found")] * 2
        assert hub.viewers(ROOM) == 0


@in_virtual_time
async def test_an_epoch_goes_to_whoever_captions_and_to_no_viewer(book: Book) -> None:
    async with _hub(book) as hub:
        raised: list[EpochRaised] = []
        hub.on_epoch = raised.append
        wire = await _join(hub)
        hub.apply(EpochRaised(ROOM, 1, 2))
        assert (raised, wire.types()) == ([EpochRaised(ROOM, 1, 2)], ["snapshot"])


@pytest.mark.parametrize("leave_first", [True, False])
def test_stopping_leaves_no_task_behind(book: Book, leave_first: bool) -> None:
    @in_virtual_time
    async def run() -> None:
        book.delay_s = 100.0
        async with _hub(book) as hub:
            joining = asyncio.create_task(_join(hub))
            await asyncio.sleep(1)
            if leave_first:
                joining.cancel()
        await asyncio.gather(joining, return_exceptions=True)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run()
