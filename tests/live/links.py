"""A broadcaster without a socket: the link that a broadcast talks to, and hands that push audio into it."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

from subtitles.live.broadcast import Broadcast
from subtitles.live.refusals import Reason
from subtitles.live.runtime import Runtime
from subtitles.live.wire import BroadcastHello, Stop

WAIT_S = 20.0


class Link:
    def __init__(self, broadcast: UUID | None = None) -> None:
        self.name = broadcast or uuid4()
        self.said: list[dict[str, Any]] = []
        self.reason: Reason | None = None
        self._changed = asyncio.Event()

    def say(self, text: str) -> None:
        message: dict[str, Any] = json.loads(text)
        self.said.append(message)
        self._changed.set()

    def end(self, reason: Reason, *, kept: int | None = None, retry_after: float | None = None) -> None:
        self.reason = reason
        self._changed.set()

    def hello(self, *, take_over: bool = False, paced: bool = False) -> BroadcastHello:
        return BroadcastHello(self.name, take_over, consent=True, paced=paced, captions=False)

    async def begin(self, live: Runtime, room_id: int, *, take_over: bool = False) -> Broadcast:
        return await live.begin(room_id, self.hello(take_over=take_over), self)

    async def heard(self, type_: str, **fields: Any) -> dict[str, Any]:
        """The newest message of this kind with these fields, waited for if it has not come yet."""
        async with asyncio.timeout(WAIT_S):
            while True:
                wanted = {"type": type_, **fields}.items()
                message: dict[str, Any]
                for message in reversed(self.said):
                    if wanted <= message.items():
                        return message
                self._changed.clear()
                await self._changed.wait()

    async def acked(self, samples: int, what: str = "kept") -> None:
        async with asyncio.timeout(WAIT_S):
            while not any(message.get(what, 0) >= samples for message in self.said if message["type"] == "ack"):
                self._changed.clear()
                await self._changed.wait()

    async def ended(self) -> Reason:
        async with asyncio.timeout(WAIT_S):
            while self.reason is None:
                self._changed.clear()
                await self._changed.wait()
        return self.reason

    async def push(self, broadcast: Broadcast, audio: bytes) -> int:
        """All of it from where the recording ends, a second at a time; returns the new end."""
        first = broadcast.kept
        for at in range(0, len(audio), 32_000):
            broadcast.audio(first + at // 2, audio[at : at + 32_000])
            if at % 96_000 == 0:
                await self.acked(first + at // 2)
        await self.acked(first + len(audio) // 2)
        return broadcast.kept

    async def stop(self, broadcast: Broadcast) -> Reason:
        broadcast.control(Stop(broadcast.kept))
        return await self.ended()
