"""The live path of this process: one hub, its database threads, the sessions on air, and the sweeper."""

from __future__ import annotations

import asyncio
import logging
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from weakref import WeakKeyDictionary

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.conf import settings
from django.db import transaction

from subtitles.live import reading, store
from subtitles.live.broadcast import Broadcast, Link
from subtitles.live.changes import EpochRaised, Poke
from subtitles.live.groups import announce_from_outside, room_group
from subtitles.live.hub import Hub
from subtitles.live.reading import RoomView
from subtitles.live.refusals import Reason, Refused
from subtitles.live.services import Services
from subtitles.live.store import Taken
from subtitles.live.threads import DatabaseThread
from subtitles.live.wire import BroadcastHello

logger = logging.getLogger(__name__)

OTHER_WRITER_LETS_GO_S = 0.3


class DatabaseSource:
    """The hub's reading, on a thread of its own."""

    def __init__(self, reader: DatabaseThread) -> None:
        self._reader = reader

    async def view(self, room_id: int, after: int) -> RoomView:
        return await self._reader.run(partial(reading.view, room_id, after))

    async def heads(self, room_ids: list[int]) -> dict[int, int]:
        return await self._reader.run(partial(reading.heads, room_ids))


class Runtime:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.reader = DatabaseThread("live-read", writes=False)
        self.writer = DatabaseThread("live-write", writes=True)
        self.hub = Hub(DatabaseSource(self.reader))
        self.hub.on_epoch = self._on_epoch
        self.draining = False
        self._disk = ThreadPoolExecutor(1, "live-sync")
        live_folder = settings.SUBTITLES_DATA_DIR / "live"
        self._services = Services(self.hub, self.writer, self._disk, live_folder, self._forget)
        self._broadcasts: dict[int, Broadcast] = {}
        self._opening: dict[int, asyncio.Lock] = {}
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.hub.start()
        self._sweeper = asyncio.create_task(self._sweep_forever(), name="sweeper")

    async def stop(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
        await asyncio.gather(*(broadcast.drain() for broadcast in list(self._broadcasts.values())))
        await self.hub.stop()
        await self.writer.stop()
        await self.reader.stop()
        self._disk.shutdown(wait=True)

    # --- broadcasts ---------------------------------------------------------------------------------------------------

    async def begin(self, room_id: int, hello: BroadcastHello, link: Link) -> Broadcast:
        """Puts the room on air, or back on air. Raises Refused, DatabaseError."""
        async with self._opening.setdefault(room_id, asyncio.Lock()):
            self._check_doors()
            taken = await self.writer.run(partial(store.begin, room_id, hello))
            broadcast = await self._open(taken)
            broadcast.attach(link)
            return broadcast

    def _check_doors(self) -> None:
        if self.draining:
            raise Refused(Reason.RESTARTING)
        free = shutil.disk_usage(settings.SUBTITLES_DATA_DIR).free
        if free < settings.SUBTITLES_MIN_FREE_BYTES:
            raise Refused(Reason.STORAGE_FULL, retry_after=10.0)

    async def _open(self, taken: Taken) -> Broadcast:
        here = self._broadcasts.get(taken.info.id)
        if here is not None:
            here.move_to(taken.epoch)
            return here
        if taken.was_led:
            self.hub.publish(EpochRaised(taken.room_id, taken.info.id, taken.epoch))
            await asyncio.sleep(OTHER_WRITER_LETS_GO_S)
        await self.hub.hold(taken.room_id)
        self._broadcasts[taken.info.id] = broadcast = Broadcast(taken, self._services)
        broadcast.start()
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
        """Takes sessions whose process is gone: captions what is in their logs, and ends them when nobody returns."""
        for session_id in await self.reader.run(store.leaderless):
            taken = await self.writer.run(partial(store.take_abandoned, session_id))
            if taken is not None and not self.draining:
                logger.info("session %s: taken over from a process that is gone", session_id)
                await self._open(taken)

    async def drain(self) -> None:
        """Shutdown, in order: refuse new, broadcasters, engines, commits, viewers."""
        self.draining = True
        for broadcast in list(self._broadcasts.values()):
            broadcast.detach_link(Reason.RESTARTING)
        await asyncio.gather(*(broadcast.drain() for broadcast in list(self._broadcasts.values())))
        self.hub.close_all(Reason.RESTARTING)
        await self.stop()


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
    transaction.on_commit(partial(_announce, room_id))


def _announce(room_id: int) -> None:
    for runtime in list(_runtimes.values()):
        if not runtime.loop.is_closed():
            runtime.loop.call_soon_threadsafe(runtime.hub.apply, Poke(room_id))
    layer = get_channel_layer()
    if layer is not None and not isinstance(layer, InMemoryChannelLayer):
        async_to_sync(layer.group_send)(room_group(room_id), announce_from_outside(room_id))
