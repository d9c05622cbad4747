"""uvicorn's websocket connection with the sender, the limits and the close that we promise."""

from __future__ import annotations

import asyncio
from asyncio.transports import BaseTransport
from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode
from websockets.frames import Frame as WebSocketFrame
from websockets.http11 import Request

from subtitles.live.sender import Frame
from subtitles.serving.buffers import small_buffers
from subtitles.serving.service import CLOSE_SECONDS, MAX_FRAGMENTS, MAX_REASON_BYTES


class WebSocket(WebSocketsSansIOProtocol):
    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        small_buffers(transport.get_extra_info("socket"))

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            # The application's task was made just now and has not run yet.
            extensions: dict[str, Any] = self.scope["extensions"] or {}
            extensions["subtitles"] = TransportSender(self)

    def handle_cont(self, event: WebSocketFrame) -> None:
        super().handle_cont(event)
        if len(self.frames) > MAX_FRAGMENTS:
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "too many fragments")
            self.handle_parser_exception()

    async def send(self, message: ASGISendEvent) -> None:
        if message["type"] == "websocket.close" and self.is_open():
            self.close(message.get("code") or 1000, message.get("reason") or "")
        else:
            await super().send(message)

    def is_open(self) -> bool:
        closing = self.close_sent or self.disconnected or self.transport.is_closing()
        return self.handshake_complete and not closing

    def close(self, code: int, reason: str) -> None:
        """The closing handshake, without waiting for a peer that does not read: after 3 s it is dropped."""
        if not self.is_open():
            return
        text = reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": text})
        self.conn.send_close(code, text)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._read_on()
        self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)

    def _read_on(self) -> None:
        """The peer's answer may stand behind messages that nobody wants any more."""
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()


class TransportSender:
    """A `subtitles.live.sender.Sender`: asyncio's transport tries the socket at once, so no by-pass is needed."""

    __slots__ = ("_connection", "_transport")

    def __init__(self, connection: WebSocket) -> None:
        self._connection = connection
        self._transport: asyncio.Transport = connection.transport

    def send(self, frame: Frame) -> bool:
        if not self._connection.is_open() or self._transport.get_write_buffer_size():
            return False
        self._transport.write(frame.data)
        return True

    def queued(self) -> int:
        return self._transport.get_write_buffer_size()

    def close(self, code: int, reason: str) -> None:
        self._connection.close(code, reason)
