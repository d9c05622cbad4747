"""The Channels layer: one group a room, one message a caption and process.

The layer may lose messages and may be away for a while; nothing here waits for it but its own two tasks. Viewers are
never group members: each process has one channel, and its hub hands the captions out.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from subtitles.live.changes import Change, EpochRaised, Poke, pack, unpack

logger = logging.getLogger(__name__)

LAYER_TIMEOUT_S = 0.25
MOST_WAITING = 1_000
RETRY_S = 0.5


def room_group(room_id: int) -> str:
    return f"room.{room_id}"


class Groups:
    """Carries changes to and from the other processes. `crosses` is false where there are none to reach."""

    def __init__(self, deliver: Callable[[Change], None], layer: Any = None) -> None:
        self._layer = layer or get_channel_layer()
        self.crosses = self._layer is not None and not isinstance(self._layer, InMemoryChannelLayer)
        self.origin = secrets.token_hex(8)
        self._deliver = deliver
        self._waiting: asyncio.Queue[Change] = asyncio.Queue(MOST_WAITING)
        self._rooms: set[int] = set()
        self._channel: str | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.dropped = 0

    async def start(self) -> None:
        if self.crosses:
            self._tasks = [asyncio.create_task(self._send_all()), asyncio.create_task(self._receive_all())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.crosses:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(LAYER_TIMEOUT_S):
                    await self._layer.close_pools()

    def send(self, change: Change) -> None:
        """To the hubs of all other processes, soon. When too much waits the oldest is dropped and counted: sentences
        are filled from the database, interims are replaced by the next."""
        if not self.crosses:
            return
        if self._waiting.full():
            self._waiting.get_nowait()
            self.dropped += 1
        self._waiting.put_nowait(change)

    async def subscribe(self, room_id: int) -> None:
        self._rooms.add(room_id)
        if self._channel is not None:
            await self._guarded(self._layer.group_add(room_group(room_id), self._channel))

    async def unsubscribe(self, room_id: int) -> None:
        self._rooms.discard(room_id)
        if self._channel is not None:
            await self._guarded(self._layer.group_discard(room_group(room_id), self._channel))
        if room_id in self._rooms:  # somebody came meanwhile
            await self.subscribe(room_id)

    async def _send_all(self) -> None:
        while True:
            change = await self._waiting.get()
            await self._guarded(self._layer.group_send(room_group(change.room_id), self._envelope(change)))

    def _envelope(self, change: Change) -> dict[str, Any]:
        return {"type": "room.change", "origin": self.origin, **pack(change)}

    async def _receive_all(self) -> None:
        while True:
            try:
                await self._join()
                while True:
                    self._take(await self._layer.receive(self._channel))
            except asyncio.CancelledError:
                raise
            except Exception:  # the task's top: each layer has errors of its own, and may come back
                logger.warning("channel layer lost, trying again", exc_info=True)
                await asyncio.sleep(RETRY_S)

    async def _join(self) -> None:
        """Subscribes anew, then looks at every room: something may have been missed."""
        self._channel = await self._layer.new_channel()
        for room_id in sorted(self._rooms):
            await self._layer.group_add(room_group(room_id), self._channel)
            self._deliver(Poke(room_id))

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("origin") == self.origin:
            return
        try:
            change = unpack(message)
        except (KeyError, TypeError) as error:
            logger.warning("channel layer: not understood: %s", type(error).__name__)
            return
        self._deliver(change)

    async def _guarded(self, call: Any) -> None:
        try:
            async with asyncio.timeout(LAYER_TIMEOUT_S):
                await call
        except Exception as error:  # noqa: BLE001 - losing a message is allowed, stopping is not
            logger.warning("channel layer: %s", type(error).__name__)


def announce_from_outside(room_id: int) -> dict[str, Any]:
    """The message with which a process without a hub says that a room changed."""
    return {"type": "room.change", "origin": "", **pack(Poke(room_id))}


__all__ = ["EpochRaised", "Groups", "announce_from_outside", "room_group"]
