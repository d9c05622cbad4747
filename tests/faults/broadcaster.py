from __future__ import annotations

import asyncio
import json
import struct
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.faults.party import PATIENCE_S, Party
from tests.faults.product import RoomFacts

FRAME = 1_600
BYTES = 2
NOT_YET = -1
"""Instead of a limit: the server has not said where to go on."""


class Broadcaster(Party):
    """What a studio page does: numbers its samples, keeps what is not durable, and goes on at `kept`.

    `hand_over` gives it audio, which leaves as fast as the credit allows. `ring_starts`: the first sample it has.
    """

    def __init__(self, url: str, room: RoomFacts, broadcast: UUID | None = None, take_over: bool = False) -> None:
        super().__init__(url, f"/ws/broadcast/{room.slug}/", {"Authorization": f"Bearer {room.stream_key}"})
        self.broadcast = broadcast or uuid4()
        self.session = 0
        self.acked = 0
        """The furthest sample that any acknowledgement named."""
        self.ring_starts = 0
        self.frames = 0
        self.statuses: list[dict[str, Any]] = []
        self.ended: dict[str, Any] | None = None
        self._take_over = take_over
        self._ring = bytearray()
        self._at = 0
        self._may_send_to = 0
        self._window = 0
        self._wishes: list[tuple[int, str]] = []
        self._said = 0
        """How many of the wishes this connection knows."""
        self._go = asyncio.Event()

    def __repr__(self) -> str:
        return f"<broadcaster at {self._at}, acked {self.acked} of {self.handed_over}, codes {self.codes[-5:]}>"

    @property
    def handed_over(self) -> int:
        """Samples so far."""
        return self.ring_starts + len(self._ring) // BYTES

    @property
    def is_out_of_credit(self) -> bool:
        """Audio waits here because nothing is acknowledged."""
        return self._at == self._may_send_to < self.handed_over

    def hand_over(self, pcm: bytes) -> None:
        self._ring += pcm
        self._go.set()

    def wish(self, type_: str) -> None:
        """`pause`, `resume` or `stop`, after the audio handed over until now."""
        self._wishes.append((self.handed_over, type_))
        self._go.set()

    async def sends(self, frames: int) -> None:
        """So many more."""
        target = self.frames + frames
        await self.until(lambda: self.frames >= target)

    async def is_admitted(self) -> None:
        """Or told why not."""
        await self.until(lambda: self.session or self.codes)

    async def acknowledged(self) -> None:
        """Everything handed over is kept."""
        await self.until(lambda: self.acked >= self.handed_over)

    async def stop(self, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        """Ends the session; returns what the server says when the last sentence is in."""
        self.wish("stop")
        await self.until(lambda: self.ended, patience_s)
        assert self.ended
        return self.ended

    def storage_is(self, state: str) -> bool:
        return bool(self.statuses) and self.statuses[-1]["storage"] == state

    async def hears_of(self, upstream: str) -> None:
        """The state of the service, as the newest status says it."""
        await self.until(lambda: self.statuses and self.statuses[-1]["upstream"] == upstream)

    # --- one connection -----------------------------------------------------------------------------------------------

    async def talk(self, socket: ClientConnection) -> None:
        hello = {"version": 1, "broadcast": str(self.broadcast), "take_over": self._take_over, "consent": True}
        await socket.send(json.dumps({"type": "hello", "paced": False, **hello}))
        self._may_send_to = NOT_YET
        sending = asyncio.create_task(self._send_all(socket))
        try:
            async for text in socket:
                self.messages += 1
                self._hear(json.loads(text))
                self.changed()
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError, ConnectionClosed):
                await sending

    def _hear(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "ready":
                self._ready(message)
            case "ack":
                self._acked(message["kept"], message["durable"])
            case "status":
                self.statuses.append(message)
            case "ended":
                self.ended = message
                self.is_over = True
            case "error":
                self.errors.append(message)

    def _ready(self, message: dict[str, Any]) -> None:
        kept = message["kept"]
        assert kept >= self.acked, f"samples {kept} to {self.acked} were acknowledged, and are gone"
        assert kept >= self.ring_starts
        assert self.session in (0, message["session"]), "the broadcast went on in another session"
        self.session, self._window = message["session"], message["window"]
        self._at, self.acked = min(kept, self.handed_over), kept
        self._may_send_to = kept + self._window
        # A pause was heard, or happened; a stop is wished until it is answered.
        self._said = sum(type_ != "stop" and at <= kept for at, type_ in self._wishes)
        self._go.set()

    def _acked(self, kept: int, durable: int) -> None:
        assert durable <= kept <= self.handed_over
        assert kept >= self.acked
        self.acked = kept
        self._may_send_to = kept + self._window
        del self._ring[: max(0, durable - self.ring_starts) * BYTES]
        self.ring_starts = max(self.ring_starts, durable)
        self._go.set()

    async def _send_all(self, socket: ClientConnection) -> None:
        while True:
            while (size := self._next_size()) > 0:
                await self._send_frame(socket, size)
            if self._is_time_for_a_wish():
                await self._say_wish(socket)
            else:
                self._go.clear()
                await self._go.wait()

    def _next_size(self) -> int:
        """Samples that may leave now; a wish is said exactly at its place."""
        wishes = self._wishes[self._said :]
        until = wishes[0][0] if wishes else self.handed_over
        return min(FRAME, until - self._at, self._may_send_to - self._at)

    def _is_time_for_a_wish(self) -> bool:
        is_left = self._said < len(self._wishes) and self._may_send_to != NOT_YET
        return is_left and self._wishes[self._said][0] == self._at

    async def _send_frame(self, socket: ClientConnection, size: int) -> None:
        offset = (self._at - self.ring_starts) * BYTES
        piece = bytes(self._ring[offset : offset + size * BYTES])
        first, self._at = self._at, self._at + size
        self.frames += 1
        await socket.send(struct.pack("<Q", first) + piece)
        self.changed()

    async def _say_wish(self, socket: ClientConnection) -> None:
        at, type_ = self._wishes[self._said]
        self._said += 1
        await socket.send(json.dumps({"type": type_, "at": at}))
