"""As much of a realtime service as the relay needs: it takes audio, notes when it came, and says what it is told to."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from typing import Any, Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

FRAME_BYTES = 3_200


class Upstream:
    """Audio of 100 ms frames; each sample of a stream is the number of its broadcaster."""

    def __init__(self) -> None:
        self.arrivals: defaultdict[int, list[float]] = defaultdict(list)
        """By broadcaster: the moment at which each frame was whole, `time.perf_counter`."""
        self._heard = asyncio.Condition()
        self._tasks: dict[ServerConnection, str] = {}
        self._server: Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await serve(self._converse, "127.0.0.1", 0, compression=None)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        assert self._server
        return int(next(iter(self._server.sockets)).getsockname()[1])

    async def hears(self, broadcasters: int, within_s: float) -> None:
        """Until audio of that many arrives."""
        async with asyncio.timeout(within_s), self._heard:
            await self._heard.wait_for(lambda: len(self.arrivals) >= broadcasters)

    async def say(self, text: str, *, begin_ms: int, end_ms: int, final: bool) -> None:
        """To every stream."""
        sentence = {"begin_time": begin_ms, "end_time": end_ms, "text": text, "sentence_end": final, "words": []}
        for socket, task in self._tasks.items():
            await socket.send(_event("result-generated", task, {"output": {"sentence": sentence}}))

    async def _converse(self, socket: ServerConnection) -> None:
        received = 0
        try:
            async for message in socket:
                if isinstance(message, str):
                    await self._command(socket, json.loads(message)["header"])
                    continue
                broadcaster, before = int.from_bytes(message[:2], "little"), received // FRAME_BYTES
                received += len(message)
                whole = received // FRAME_BYTES - before
                self.arrivals[broadcaster].extend([time.perf_counter()] * whole)
                if before == 0:
                    async with self._heard:
                        self._heard.notify_all()
        except ConnectionClosed:
            pass
        finally:
            self._tasks.pop(socket, None)

    async def _command(self, socket: ServerConnection, header: dict[str, str]) -> None:
        task = header["task_id"]
        if header["action"] == "run-task":
            self._tasks[socket] = task
            await socket.send(_event("task-started", task, {}))
        else:
            await socket.send(_event("task-finished", task, {"output": {}}))


def _event(event: str, task: str, payload: dict[str, Any]) -> str:
    return json.dumps({"header": {"event": event, "task_id": task, "attributes": {}}, "payload": payload})
