"""The live path of this process: one hub, its database threads, the sessions on air, and the sweeper."""

from __future__ import annotations

import asyncio
import logging
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.conf import settings
from django.db import DatabaseError, transaction

from subtitles.live import reading, store
from subtitles.live.broadcast import Broadcast, Link
from subtitles.live.changes import EpochRaised, Poke
from subtitles.live.checkpoints import Checkpoints
from subtitles.live.groups import LAYER_TIMEOUT_S, announce_from_outside, room_group
from subtitles.live.hub import Hub
from subtitles.live.reading import Head, RoomView
from subtitles.live.refusals import Reason, Refused, restarting
from subtitles.live.services import Services
from subtitles.live.store import Taken
from subtitles.live.threads import DatabaseThread
from subtitles.live.wire import BroadcastHello
from subtitles.recordings import encoding

logger = logging.getLogger(__name__)

OTHER_WRITER_LETS_GO_S = 0.3


class DatabaseSource:
    """The hub's reading, on a thread of its own."""

    def __init__(self, reader: DatabaseThread) -> None:
        self._reader = reader

    async def view(self, room_id: int, after: int) -> RoomView:
        return await self._reader.run(partial(reading.view, room_id, after))

    async def heads(self, room_ids: list[int]) -> dict[int, Head]:
        return await self._reader.run(partial(reading.heads, room_ids))


class Runtime:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.reader = DatabaseThread("live-read", writes=False)
        self.writer = DatabaseThread("live-write", writes=True)
        self._checkpoints = Checkpoints()
        self.hub = Hub(DatabaseSource(self.reader))
        self.hub.on_epoch = self._on_epoch
        self.draining = False
        self._disk = ThreadPoolExecutor(1, "live-sync")
        live_folder = settings.SUBTITLES_DATA_DIR / "live"
        self._services = Services(self.hub, self.writer, self._disk, live_folder, self._forget)
        self._broadcasts: dict[int, Broadcast] = {}
        self._opening: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._beginnings: set[asyncio.Task[Broadcast]] = set()
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.hub.start()
        self._checkpoints.start()
        self._sweeper = asyncio.create_task(self._sweep_forever(), name="sweeper")

    async def stop(self) -> None:
        """Ends everything here; the loop may have another runtime afterwards."""
        self.draining = True
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
        await asyncio.gather(*self._beginnings, return_exceptions=True)
        await asyncio.gather(*(broadcast.drain() for broadcast in list(self._broadcasts.values())))
        await self.hub.stop()
        await self.writer.stop()
        await self.reader.stop()
        await self._checkpoints.stop()
        self._disk.shutdown(wait=True)
        if _runtimes.get(self.loop) is self:
            del _runtimes[self.loop]

    # --- broadcasts ---------------------------------------------------------------------------------------------------

    async def begin(self, room_id: int, hello: BroadcastHello, link: Link) -> Broadcast:
        """Puts the room on air, or back on air. Raises Refused, DatabaseError.

        Once the database has the new epoch this process must take it up, even if the caller is cancelled meanwhile.
        """
        beginning = asyncio.create_task(self._begin(room_id, hello, link), name=f"beginning in room {room_id}")
        self._beginnings.add(beginning)
        beginning.add_done_callback(self._beginnings.discard)
        try:
            return await asyncio.shield(beginning)
        except asyncio.CancelledError:
            beginning.add_done_callback(partial(_leave_again, link))
            raise

    async def _begin(self, room_id: int, hello: BroadcastHello, link: Link) -> Broadcast:
        async with self._door(room_id):
            if self.draining:
                raise Refused(Reason.RESTARTING)
            taken = await self.writer.run(partial(store.begin, room_id, hello, has_space=_has_space()))
            try:
                broadcast = await self._open(taken)
            except FileExistsError:
                raise Refused(Reason.RESYNC, detail="another process has the recording") from None
            except OSError as error:
                logger.warning("session %s: no recording: %s", taken.info.id, error.strerror)
                raise Refused(Reason.STORAGE_FULL, retry_after=10.0) from None
            broadcast.attach(link)
            return broadcast

    def _door(self, room_id: int) -> asyncio.Lock:
        """One at a time takes a session of this room."""
        lock = self._opening.get(room_id)
        if lock is None:
            self._opening[room_id] = lock = asyncio.Lock()
        return lock

    async def _open(self, taken: Taken) -> Broadcast:
        """Raises Refused, DatabaseError, OSError."""
        here = self._broadcasts.get(taken.info.id)
        if here is not None and here.continues_with(taken):
            here.move_to(taken)
            return here
        if here is not None:
            here.fence()
            await here.over.wait()
        # A process whose lease is over may be alive all the same, only late.
        self.hub.publish(EpochRaised(taken.room_id, taken.info.id, taken.epoch))
        if taken.was_led:
            await asyncio.sleep(OTHER_WRITER_LETS_GO_S)
        try:
            await self.hub.hold(taken.room_id)
            if self.draining:
                raise Refused(Reason.RESTARTING)
            broadcast = Broadcast(taken, self._services)
            broadcast.start()
        except BaseException:  # also when cancelled: who did not come to caption lets the room go
            self.hub.release(taken.room_id)
            raise
        self._broadcasts[taken.info.id] = broadcast
        return broadcast

    def broadcast(self, session_id: int) -> Broadcast | None:
        return self._broadcasts.get(session_id)

    def _forget(self, taken: Taken) -> None:
        self._broadcasts.pop(taken.info.id, None)
        self.hub.release(taken.room_id)

    def _on_epoch(self, raised: EpochRaised) -> None:
        broadcast = self._broadcasts.get(raised.session_id)
        if broadcast is not None and broadcast.epoch < raised.epoch:
            broadcast.fence()

    # --- sessions nobody looks after ----------------------------------------------------------------------------------

    async def _sweep_forever(self) -> None:
        while True:
            try:
                await self.sweep()
            except Exception as error:  # noqa: BLE001 - the task's top: the next sweep tries again
                logger.warning("sweep: %s", type(error).__name__)
            await asyncio.sleep(settings.SUBTITLES_SWEEP_EVERY_S)

    async def sweep(self) -> None:
        """Takes sessions whose process is gone: captions what is in their logs, and ends them when nobody returns.

        Recordings that nobody encodes are given to a job.
        """
        for session_id, room_id in await self.reader.run(store.leaderless):
            try:
                async with self._door(room_id):
                    await self._adopt(session_id)
            except (DatabaseError, OSError, Refused) as error:
                logger.warning("session %s: cannot take it over: %s", session_id, type(error).__name__)
        for recording in await self.reader.run(encoding.forgotten):
            await self.writer.run(partial(encoding.ask, *recording))

    async def _adopt(self, session_id: int) -> None:
        if self.draining or session_id in self._broadcasts:
            return
        taken = await self.writer.run(partial(store.take_abandoned, session_id))
        if taken is not None:
            logger.info("session %s: taken over from a process that is gone", session_id)
            await self._open(taken)

    async def drain(self) -> None:
        """Shutdown, in order: refuse new, broadcasters, engines, commits, viewers. The loop refuses everybody then."""
        self.draining = True
        for broadcast in list(self._broadcasts.values()):
            broadcast.detach_link(Reason.RESTARTING)
        await asyncio.gather(*(broadcast.drain() for broadcast in list(self._broadcasts.values())))
        self.hub.close_all(restarting)
        was_current = _runtimes.get(self.loop) is self
        await self.stop()
        if was_current:
            _runtimes[self.loop] = self


def _has_space() -> bool:
    return bool(shutil.disk_usage(settings.SUBTITLES_DATA_DIR).free >= settings.SUBTITLES_MIN_FREE_BYTES)


def _leave_again(link: Link, beginning: asyncio.Task[Broadcast]) -> None:
    """Whoever wanted to broadcast went away while the session was being taken."""
    if not beginning.cancelled() and beginning.exception() is None:
        beginning.result().detach(link)


_runtimes: WeakKeyDictionary[asyncio.AbstractEventLoop, Runtime] = WeakKeyDictionary()


async def current() -> Runtime:
    """This loop's runtime, started on first use: not every server has a start-up hook."""
    loop = asyncio.get_running_loop()
    runtime = _runtimes.get(loop)
    if runtime is None:
        _runtimes[loop] = runtime = Runtime()
        await runtime.start()
    return runtime


async def start() -> None:
    """For servers that can wait until everything is ready."""
    await current()


async def drain() -> None:
    """For servers that shut down in order. Nothing live goes on in this loop afterwards."""
    runtime = _runtimes.get(asyncio.get_running_loop())
    if runtime is not None:
        await runtime.drain()


def announce(room_id: int) -> None:
    """Synchronous code changed something a viewer can see: hubs look at the database once this is committed."""
    transaction.on_commit(partial(_announce, room_id), robust=True)


def _announce(room_id: int) -> None:
    for runtime in list(_runtimes.values()):
        if not runtime.loop.is_closed():
            runtime.loop.call_soon_threadsafe(runtime.hub.apply, Poke(room_id))
    layer = get_channel_layer()
    if layer is not None and not isinstance(layer, InMemoryChannelLayer):
        async_to_sync(_tell_other_processes)(layer, room_id)


async def _tell_other_processes(layer: Any, room_id: int) -> None:
    """They look every two seconds anyway, should the layer be away."""
    async with asyncio.timeout(LAYER_TIMEOUT_S):
        await layer.group_send(room_group(room_id), announce_from_outside(room_id))
