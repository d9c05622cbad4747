"""A broadcaster and a viewer that speak the protocol through the application itself."""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any
from uuid import UUID, uuid4

from channels.testing import WebsocketCommunicator

from subtitles.live.routing import websocket_application

WAIT_S = 20.0
FRAME = 8_000


class Client:
    def __init__(self, path: str, headers: list[tuple[bytes, bytes]] | None = None) -> None:
        every = [(b"host", b"testserver"), *(headers or [])]
        self.socket = WebsocketCommunicator(websocket_application, path, headers=every)
        self.seen: list[dict[str, Any]] = []
        self.code: int | None = None

    async def open(self) -> None:
        connected, _ = await self.socket.connect(timeout=WAIT_S)
        assert connected

    async def say(self, **message: Any) -> None:
        await self.socket.send_to(text_data=json.dumps(message))

    async def next(self) -> dict[str, Any]:
        """The next message; closing is `{"type": "closed", "code": …}`."""
        output = await self.socket.receive_output(WAIT_S)
        if output["type"] == "websocket.close":
            self.code = output.get("code")
            message: dict[str, Any] = {"type": "closed", "code": self.code}
        else:
            message = json.loads(output["text"])
        self.seen.append(message)
        return message

    async def until(self, type_: str, **fields: Any) -> dict[str, Any]:
        async with asyncio.timeout(2 * WAIT_S):
            while True:
                message = await self.next()
                if message["type"] == type_ and all(message.get(name) == value for name, value in fields.items()):
                    return message
                assert message["type"] != "closed", self.seen[-3:]

    async def refused(self) -> dict[str, Any]:
        """The error; the close code must be the same."""
        error = await self.until("error")
        assert (await self.next())["code"] == error["code"]
        return error

    async def close(self) -> None:
        await self.socket.disconnect(timeout=WAIT_S)


class Broadcaster(Client):
    """`pump` sends audio no faster than the credit allows."""

    def __init__(
        self, slug: str, key: str = "", broadcast: UUID | None = None, headers: list[tuple[bytes, bytes]] | None = None
    ) -> None:
        bearer = [(b"authorization", b"Bearer " + key.encode())] if key else []
        super().__init__(f"/ws/broadcast/{slug}/", [*bearer, *(headers or [])])
        self.broadcast = broadcast or uuid4()
        self.kept = self.acked = 0

    async def start(self, **fields: Any) -> dict[str, Any]:
        await self.open()
        hello = {"version": 1, "broadcast": str(self.broadcast), "consent": True, "paced": False} | fields
        await self.say(type="hello", **hello)
        ready = await self.until("ready")
        self.kept = self.acked = ready["kept"]
        self.window = ready["window"]
        return ready

    async def frame(self, first: int, pcm: bytes) -> None:
        await self.socket.send_to(bytes_data=struct.pack("<Q", first) + pcm)

    async def pump(self, audio: bytes, first: int = 0) -> None:
        """All of `audio` from sample `first`, waiting for acknowledgements."""
        at, end = first, first + len(audio) // 2
        while at < end:
            while at + FRAME > self.acked + self.window:
                self.acked = (await self.until("ack"))["kept"]
            piece = audio[(at - first) * 2 : (at - first + FRAME) * 2]
            await self.frame(at, piece)
            at += len(piece) // 2
        while self.acked < end:
            self.acked = (await self.until("ack"))["kept"]


class Viewer(Client):
    def __init__(self, token: str) -> None:
        super().__init__(f"/ws/watch/{token}/")

    async def start(self, session: int | None = None, seq: int | None = None) -> dict[str, Any]:
        await self.open()
        await self.say(type="hello", version=1, session=session, seq=seq)
        return await self.next()
