"""One per process: all rooms that somebody here watches."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from subtitles.live.changes import (
    Change,
    DelayChanged,
    EpochRaised,
    InterimChanged,
    Poke,
    SentenceChanged,
    StateChanged,
    ViewersCounted,
)
from subtitles.live.groups import Groups
from subtitles.live.reading import Head, RoomView
from subtitles.live.refusals import Reason, Refused
from subtitles.live.sender import Frame, Sender
from subtitles.live.viewer_room import ViewerRoom
from subtitles.live.wire import Cursor

logger = logging.getLogger(__name__)

POLL_S = 2.0
IDLE_STATUS_S = 5.0
DRAIN_SLOW_S = 0.02
UNLOAD_AFTER_S = 10.0
COUNT_VALID_S = 6.0


class Source(Protocol):
    """The database as the hub needs it."""

    async def view(self, room_id: int, after: int) -> RoomView: ...

    async def heads(self, room_ids: list[int]) -> dict[int, Head]: ...


class Hub:
    """Publishes changes in seq order; what arrives out of order, or not at all, is read from the database once for all
    viewers of the room."""

    def __init__(self, source: Source, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._groups = Groups(self.apply)
        self.on_epoch: Callable[[EpochRaised], None] = lambda raised: None
        self._held: Counter[int] = Counter()
        self._rooms: dict[int, ViewerRoom] = {}
        self._loading: dict[int, asyncio.Task[None]] = {}
        self._filling: dict[int, asyncio.Task[None]] = {}
        self._elsewhere: dict[int, dict[str, tuple[int, float]]] = {}
        self._drain_timer: asyncio.TimerHandle | None = None
        self._ticker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._groups.start()
        self._ticker = asyncio.create_task(self._tick_forever())

    async def stop(self) -> None:
        if self._drain_timer is not None:
            self._drain_timer.cancel()
        tasks = [task for task in (self._ticker, *self._loading.values(), *self._filling.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._groups.stop()

    # --- viewers ------------------------------------------------------------------------------------------------------

    async def join(
        self, room_id: int, sender: Sender, cursor: Cursor | None, *, counted: bool = True, token: str | None = None
    ) -> None:
        """The viewer gets what it misses and everything that follows, as long as the link with this token leads here;
        without one nobody asks. Raises what the database raises."""
        room = await self._room_for(room_id, cursor)
        room.enter(sender, cursor, counted, token)
        self._watch_slow(room)

    async def resync(self, room_id: int, sender: Sender, cursor: Cursor | None) -> None:
        """A viewer that is in the room found a hole."""
        room = await self._room_for(room_id, cursor)
        room.answer(sender, cursor)
        self._watch_slow(room)

    def room(self, room_id: int) -> ViewerRoom | None:
        return self._rooms.get(room_id)

    def leave(self, room_id: int, sender: Sender) -> None:
        if (room := self._rooms.get(room_id)) is not None:
            room.leave(sender)

    async def hold(self, room_id: int) -> None:
        """Keeps the room in memory, and in its group, while this process captions it. Raises as `join` does."""
        self._held[room_id] += 1
        await self._room_for(room_id, None)

    def release(self, room_id: int) -> None:
        """The other half of `hold`, also of one that failed."""
        self._held[room_id] -= 1
        if not self._held[room_id]:
            del self._held[room_id]

    def viewers(self, room_id: int) -> int:
        """Here and, as last heard, in the other processes."""
        room = self._rooms.get(room_id)
        valid = self._clock() - COUNT_VALID_S
        elsewhere = sum(count for count, at in self._elsewhere.get(room_id, {}).values() if at > valid)
        return (room.viewers if room else 0) + elsewhere

    def give(self, room_id: int, sender: Sender, frame: Frame) -> None:
        """Something for one viewer alone."""
        if (room := self._rooms.get(room_id)) is not None:
            room.give(sender, frame)
            self._watch_slow(room)

    def close_all(self, why: Callable[[], Refused]) -> None:
        for room in self._rooms.values():
            room.close_all(why)

    # --- changes ------------------------------------------------------------------------------------------------------

    def publish(self, change: Change) -> None:
        """To the viewers of this process at once and to the other processes soon."""
        self.apply(change)
        self._groups.send(change)

    def apply(self, change: Change) -> None:
        """To the viewers of this process alone."""
        if isinstance(change, EpochRaised):
            self.on_epoch(change)
        elif (room := self._rooms.get(change.room_id)) is not None:
            self._apply_to(room, change)
            self._watch_slow(room)

    def _apply_to(self, room: ViewerRoom, change: Change) -> None:
        match change:
            case SentenceChanged(_, session_id, item):
                self._fill_unless(room.sentence(session_id, item), room)
            case StateChanged(_, session, seq):
                self._fill_unless(room.state(session, seq), room)
            case InterimChanged(_, session_id, number, text, epoch):
                room.interim(session_id, number, text, epoch)
            case DelayChanged(_, behind_ms):
                room.behind_ms = behind_ms
                room.say_status()
            case ViewersCounted(room_id, origin, viewers):
                self._elsewhere.setdefault(room_id, {})[origin] = (viewers, self._clock())
            case Poke():
                self._fill(room)

    # --- the database -------------------------------------------------------------------------------------------------

    async def _room_for(self, room_id: int, cursor: Cursor | None) -> ViewerRoom:
        room = await self._loaded(room_id)
        if cursor is not None and cursor.seq > room.seq:
            await asyncio.shield(self._fill(room))
        return await self._loaded(room_id)

    async def _loaded(self, room_id: int) -> ViewerRoom:
        """Without waiting if it is there: whoever enters it next must enter the room that is in use."""
        while (room := self._rooms.get(room_id)) is None:
            if room_id not in self._loading:
                self._loading[room_id] = asyncio.create_task(self._load(room_id))
            await asyncio.shield(self._loading[room_id])
        return room

    async def _load(self, room_id: int) -> None:
        try:
            await self._groups.subscribe(room_id)
            view = await self._source.view(room_id, 0)
            self._rooms[room_id] = ViewerRoom(room_id, view, self._clock)
        finally:
            del self._loading[room_id]

    def _fill_unless(self, whole: bool, room: ViewerRoom) -> None:
        if not whole:
            self._fill(room)

    def _fill(self, room: ViewerRoom) -> asyncio.Task[None]:
        task = self._filling.get(room.id)
        if task is None:
            self._filling[room.id] = task = asyncio.create_task(self._read_missing(room))
        return task

    async def _read_missing(self, room: ViewerRoom) -> None:
        try:
            for _ in range(3):
                room.catch_up(await self._source.view(room.id, room.seq))
                self._watch_slow(room)
                if room.seq >= room.wanted:
                    break
        except Exception as error:  # noqa: BLE001 - the task's top: the next poll tries again
            logger.warning("room %s: cannot read what is missing: %s", room.id, type(error).__name__)
        finally:
            del self._filling[room.id]

    # --- time ---------------------------------------------------------------------------------------------------------

    async def _tick_forever(self) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            try:
                await self._tick()
            except Exception as error:  # noqa: BLE001 - the task's top: the next tick tries again
                logger.warning("hub: %s", type(error).__name__)

    async def _tick(self) -> None:
        now = self._clock()
        for room in list(self._rooms.values()):
            if self._is_forgotten(room, now):
                del self._rooms[room.id]
                self._elsewhere.pop(room.id, None)
                await self._groups.unsubscribe(room.id)
            elif now - room.spoke_at >= IDLE_STATUS_S:
                room.say_status()
                self._watch_slow(room)
            self._groups.send(ViewersCounted(room.id, self._groups.origin, room.viewers))
        await self._poll()

    def _is_forgotten(self, room: ViewerRoom, now: float) -> bool:
        used = room.id in self._held or room.id in self._filling
        return room.is_empty and not used and now - room.left_at > UNLOAD_AFTER_S

    async def _poll(self) -> None:
        # Links that are in use now: whoever comes while the database is asked may have a newer one than its answer.
        watched = {room.id: room.tokens for room in self._rooms.values() if not room.is_empty}
        if not watched:
            return
        heads = await self._source.heads(list(watched))
        for room_id, tokens in watched.items():
            if room := self._rooms.get(room_id):
                self._compare(room, tokens, heads.get(room_id))

    def _compare(self, room: ViewerRoom, tokens: set[str], head: Head | None) -> None:
        if head is None:
            return room.close_those_with(tokens, Refused(Reason.NOT_FOUND))
        room.close_those_with(tokens - {head.token}, Refused(Reason.LINK_REVOKED))
        if head.seq > room.seq:
            self._fill(room)

    def _watch_slow(self, room: ViewerRoom) -> None:
        if room.slow and self._drain_timer is None:
            self._drain_timer = asyncio.get_running_loop().call_later(DRAIN_SLOW_S, self._drain_slow)

    def _drain_slow(self) -> None:
        self._drain_timer = None
        for room in self._rooms.values():
            if room.slow:
                room.drain_slow()
                self._watch_slow(room)
