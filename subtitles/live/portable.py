"""Sending to a viewer through nothing but ASGI: for servers that this project does not know from inside."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from subtitles.live.sender import Frame

logger = logging.getLogger(__name__)

MAX_QUEUED_BYTES = 64 * 1024
"""What a viewer may be behind before frames are refused, so that the hub can replace them by newer ones."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


class PortableSender:
    """A `Sender` over ASGI's `send`: a bounded outbox, and a task that empties it while there is something in it.

    Frames are refused before accept, above 64 KiB, and after `close`. Leaving the context drops what is left and awaits
    the task. A peer that does not answer the close is dropped by the server's pings, not from here.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._outbox: deque[tuple[Message, int]] = deque()
        self._queued = 0
        self._open = False
        self._writer: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        if self._writer is not None:
            self._writer.cancel()
            with suppress(asyncio.CancelledError):
                await self._writer

    async def asgi_send(self, message: Message) -> None:
        """What the application calls as `send`: the way to learn that it has accepted, or closed."""
        if message["type"] == "websocket.close":
            self._open = False
        await self._send(message)
        if message["type"] == "websocket.accept":
            self._open = True

    def send(self, frame: Frame) -> bool:
        size = len(frame.data)
        if not self._open or (self._queued and self._queued + size > MAX_QUEUED_BYTES):
            return False
        self._put({"type": "websocket.send", "text": frame.text}, size)
        return True

    def queued(self) -> int:
        return self._queued

    def close(self, code: int, reason: str) -> None:
        if self._open:
            self._open = False
            self._put({"type": "websocket.close", "code": code, "reason": reason}, 0)

    def _put(self, message: Message, size: int) -> None:
        self._outbox.append((message, size))
        self._queued += size
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        try:
            while self._outbox:
                message, size = self._outbox.popleft()
                await self._send(message)
                self._queued -= size
        except Exception as error:  # noqa: BLE001 - the task's top: each server says in its own way that the peer is gone
            logger.info("A viewer's connection takes no more: %s", type(error).__name__)
            self._open = False
            self._outbox.clear()
            self._queued = 0


def with_sender(application: Application) -> Application:
    """ASGI middleware: a websocket whose server brought no sender gets a portable one in its scope's extensions."""

    async def with_extension(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        extensions = scope.get("extensions") or {}
        if scope["type"] != "websocket" or "subtitles" in extensions:
            await application(scope, receive, send)
            return
        async with PortableSender(send) as sender:
            scope["extensions"] = {**extensions, "subtitles": sender}
            await application(scope, receive, sender.asgi_send)

    return with_extension
