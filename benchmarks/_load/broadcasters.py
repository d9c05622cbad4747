"""Broadcasters at the pace of speech, through the server or straight to the upstream service."""

from __future__ import annotations

import asyncio
import json
import struct
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect

from benchmarks._load.upstream import FRAME_BYTES

FRAME_SAMPLES = FRAME_BYTES // 2
FRAME_S = 0.1


class Broadcaster:
    def __init__(self, number: int, socket: ClientConnection, *, position: bool) -> None:
        self.number = number
        self.sent: list[float] = []
        """The moment at which each frame was given to the socket, `time.perf_counter`."""
        self._socket = socket
        self._position = position
        self._pcm = struct.pack("<h", number) * FRAME_SAMPLES

    async def speak(self) -> None:
        begin = time.perf_counter()
        while True:
            head = struct.pack("<Q", len(self.sent) * FRAME_SAMPLES) if self._position else b""
            self.sent.append(time.perf_counter())
            await self._socket.send(head + self._pcm)
            await asyncio.sleep(max(0.0, begin + len(self.sent) * FRAME_S - time.perf_counter()))

    async def listen(self) -> None:
        async for message in self._socket:
            if '"error"' in str(message)[:20]:
                raise ConnectionError(message)


@asynccontextmanager
async def through_server(port: int, rooms: list[dict[str, str]]) -> AsyncIterator[list[Broadcaster]]:
    async with asyncio.TaskGroup() as tasks:
        made, running = [], []
        for number, room in enumerate(rooms):
            socket = await connect(
                f"ws://127.0.0.1:{port}/ws/broadcast/{room['slug']}/",
                additional_headers={"Authorization": f"Bearer {room['key']}"},
                compression=None,
            )
            hello = {"type": "hello", "version": 1, "broadcast": str(uuid.uuid4()), "consent": True}
            await socket.send(json.dumps(hello))
            await _ready(socket)
            broadcaster = Broadcaster(number, socket, position=True)
            made.append(broadcaster)
            running += [tasks.create_task(broadcaster.speak()), tasks.create_task(broadcaster.listen())]
        yield made
        for task in running:
            task.cancel()


@asynccontextmanager
async def straight(port: int, streams: int) -> AsyncIterator[list[Broadcaster]]:
    async with asyncio.TaskGroup() as tasks:
        made, running = [], []
        for number in range(streams):
            socket = await connect(f"ws://127.0.0.1:{port}", compression=None)
            made.append(broadcaster := Broadcaster(number, socket, position=False))
            running.append(tasks.create_task(broadcaster.speak()))
        yield made
        for task in running:
            task.cancel()


async def _ready(socket: ClientConnection) -> None:
    async with asyncio.timeout(10):
        while '"ready"' not in (message := str(await socket.recv())):
            if '"error"' in message:
                raise ConnectionError(message)
