"""Daphne's websocket connection with the limits, the order and the close codes that we promise."""

from __future__ import annotations

import asyncio
from collections.abc import Container
from typing import Any, Protocol

from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketProtocol

from subtitles.serving.buffers import small_buffers
from subtitles.serving.direct import can_send_directly
from subtitles.serving.service import MAX_FRAGMENTS, MAX_REASON_BYTES, Message


class Server(Protocol):
    """Daphne's, as far as a connection knows it."""

    draining: bool
    connections: Container[Connection]


class Connection(WebSocketProtocol):
    fragments = 0

    @property
    def daphne(self) -> Server:
        server: Server = self.factory.server_class
        return server

    def onConnect(self, request: Any) -> Any:
        if self.daphne.draining:
            raise ConnectionDeny(503, "Service Unavailable")  # type: ignore[no-untyped-call]
        return super().onConnect(request)

    def dataReceived(self, data: bytes) -> None:
        # Autobahn keeps such bytes without limit, and takes a second request in them for a second handshake.
        if hasattr(self, "handshake_deferred"):
            self.dropConnection(abort=True)
        else:
            super().dataReceived(data)

    def onOpen(self) -> None:
        super().onOpen()
        if can_send_directly(self.transport):
            small_buffers(self.transport.getHandle())
            # The handshake leaves now, so that the first frame need not queue behind it.
            self.transport.doWrite()

    def onMessageBegin(self, isBinary: bool) -> None:
        self.fragments = 0
        super().onMessageBegin(isBinary)

    def onMessageFrameBegin(self, length: int) -> None:
        self.fragments += 1
        if self.fragments > MAX_FRAGMENTS:
            self.dropConnection(abort=True)
        super().onMessageFrameBegin(length)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        # A handshake that failed before it reached Daphne is not among its connections.
        if self in self.daphne.connections:
            super().onClose(wasClean, code, reason)

    def handle_reply(self, message: Message) -> None:
        if message["type"] == "websocket.close":
            self.close(message.get("code") or 1000, message.get("reason") or "")
        else:
            super().handle_reply(message)

    def serverSend(self, content: Any, binary: bool = False) -> None:
        # Between the peer's close and the application's hearing of it, sending is nobody's mistake.
        if self.state in (self.STATE_CONNECTING, self.STATE_OPEN):
            super().serverSend(content, binary)

    def serverClose(self, code: int | None = None) -> None:
        self.close(code or 1000, "")

    def close(self, code: int, reason: str) -> None:
        """Starts the closing handshake; before accept the handshake is refused with 403."""
        if self.state == self.STATE_OPEN:
            text = reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
            self.sendCloseFrame(code=code, reasonUtf8=text.encode())
        elif hasattr(self, "handshake_deferred"):
            self.serverReject()

    def application_ended(self, task: asyncio.Future[None]) -> None:
        """Nobody will read any more. Daphne itself reports a failed application and closes with 1011."""
        if task.cancelled() or task.exception() is None:
            self.close(1000, "")
