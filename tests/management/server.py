"""The server's side of the broadcast protocol, small and strict, with the faults that a client has to survive."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from subtitles.live.wire import AUDIO_HEADER
from subtitles.speech import SAMPLE_RATE, samples_to_ms

KEY = "the stream key"
WINDOW = 5 * SAMPLE_RATE
SENTENCE = SAMPLE_RATE


@dataclass
class CaptionServer:
    """Keeps audio, answers every frame with an ack, and calls each second of audio a sentence."""

    cuts: list[int] = field(default_factory=list)
    """Breaks the connection without a word when this many samples are kept; the first is used first."""
    lost_at_cut: int = 0
    """Samples that were acknowledged, not durable, and are gone after a cut."""
    closes: list[dict[str, Any]] = field(default_factory=list)
    """Error messages, one for each connection, instead of `ready`."""
    sessions: list[int] = field(default_factory=lambda: [7])
    """For each connection; the last one stays."""
    ends: bool = True
    withheld: set[int] = field(default_factory=set)
    """Numbers of sentences that are never delivered."""
    drops_before_ended: bool = False
    deaf: bool = False
    """Refuses at the door, before anything was said."""

    def __post_init__(self) -> None:
        self.kept = bytearray()
        self.hellos: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.frames: list[int] = []
        self.problems: list[str] = []
        self.stopped_at: int | None = None
        self.url = ""

    @property
    def samples(self) -> int:
        return len(self.kept) // 2

    @property
    def _durable(self) -> int:
        return max(0, self.samples - self.lost_at_cut)

    async def handle(self, socket: ServerConnection) -> None:
        assert socket.request
        self.paths.append(socket.request.path)
        if self.deaf:
            return await self._refuse(socket, self.closes.pop(0))
        hello = json.loads(await socket.recv())
        self.hellos.append(hello)
        if self.closes:
            return await self._refuse(socket, self.closes.pop(0))
        session = self.sessions[0] if len(self.sessions) == 1 else self.sessions.pop(0)
        await self._say(socket, "ready", session=session, epoch=len(self.hellos), kept=self.samples, window=WINDOW)
        info = {"id": session, "title": "", "state": "live", "lang": "en"}
        items = self._items(0, self.samples)
        await self._say(socket, "snapshot", session=info, seq=len(items), items=items[-50:], interims=[])
        try:
            async for message in socket:
                await self._take(socket, session, message)
        except ConnectionClosed:
            pass

    async def _take(self, socket: ServerConnection, session: int, message: str | bytes) -> None:
        if isinstance(message, bytes):
            await self._audio(socket, session, message)
        elif json.loads(message)["type"] == "stop":
            self.stopped_at = json.loads(message)["at"]
            if self.drops_before_ended:
                self.drops_before_ended = False
                self.closes.append({"code": 4210, "key": "busy", "message": "Busy.", "retry_after": 0.01})
                return socket.transport.abort()
            if self.ends:
                last = samples_to_ms(self.samples) // 1000
                await self._say(socket, "ended", session=session, samples=self.samples, sentences=last)
                await self._refuse(socket, {"code": 4200, "key": "ended", "message": "The session has ended."})

    async def _audio(self, socket: ServerConnection, session: int, message: bytes) -> None:
        (first,) = AUDIO_HEADER.unpack_from(message)
        pcm = message[AUDIO_HEADER.size :]
        self.frames.append(len(pcm) // 2)
        if first != self.samples:
            self.problems.append(f"audio for {first}, expected {self.samples}")
        before = self.samples
        self.kept += pcm
        if self.cuts and self.samples >= self.cuts[0]:
            self.cuts.pop(0)
            del self.kept[2 * self._durable :]
            return socket.transport.abort()
        await self._say(socket, "ack", kept=self.samples, durable=self._durable)
        await self._say(socket, "status", upstream="ok", behind_ms=0, viewers=0, storage="ok", text_key="")
        await self._say(socket, "interim", session=session, number=self.samples // SENTENCE + 1, text="and so")
        for item in self._items(before, self.samples):
            number = item["number"]
            await self._say(socket, "sentences", session=session, after=number - 1, seq=number, items=[item])

    def _items(self, begin: int, end: int) -> list[dict[str, Any]]:
        numbers = range(begin // SENTENCE + 1, end // SENTENCE + 1)
        return [_item(number) for number in numbers if number not in self.withheld]

    async def _refuse(self, socket: ServerConnection, error: dict[str, Any]) -> None:
        await self._say(socket, "error", kept=None, **{"retry_after": None, **error})
        await socket.close(error["code"], error["key"])

    async def _say(self, socket: ServerConnection, type_: str, **fields: Any) -> None:
        await socket.send(json.dumps({"type": type_, **fields}, ensure_ascii=False))


def _item(number: int) -> dict[str, Any]:
    text = f"第{number}句 and so on"
    times = {"begin_ms": (number - 1) * 1000, "end_ms": number * 1000}
    return {"number": number, "revision": 0, **times, "text": text, "lang": "", "speaker": "", "hidden": False}


def _guard(connection: ServerConnection, request: Request) -> Response | None:
    if request.headers.get("Authorization") != f"Bearer {KEY}":
        return connection.respond(403, "no\n")
    return None


@asynccontextmanager
async def running(server: CaptionServer) -> AsyncIterator[CaptionServer]:
    async with serve(server.handle, "127.0.0.1", 0, process_request=_guard, close_timeout=1) as listening:
        server.url = f"http://127.0.0.1:{next(iter(listening.sockets)).getsockname()[1]}"
        yield server
