"""What a connection's application has not read yet, bounded by making the peer wait."""

from __future__ import annotations

import asyncio
from typing import Any

from subtitles.serving.service import Message

MAX_MESSAGES = 64
MAX_BYTES = 1024 * 1024
GIVE_UP_BYTES = 16 * MAX_BYTES
MESSAGE_OVERHEAD = 256
"""About what a message costs in memory beyond its payload, so that tiny ones count too."""
LONGEST_PAUSE_SECONDS = 1.0
"""While reading is paused a disconnect goes unnoticed."""


class Inbox(asyncio.Queue[Message]):
    """Daphne's queue to the application: above 64 messages or 1 MiB the transport stops reading.

    The queue itself refuses nothing. An application that leaves 16 MiB unread is stuck: its connection is dropped.
    """

    def __init__(self, transport: Any) -> None:
        super().__init__()
        self._transport = transport
        self._bytes = 0
        self._pause: asyncio.TimerHandle | None = None

    def _put(self, item: Message) -> None:
        super()._put(item)
        self._bytes += _size(item)
        if self._bytes > GIVE_UP_BYTES:
            self._transport.abortConnection()
        elif self._pause is None and (self.qsize() > MAX_MESSAGES or self._bytes > MAX_BYTES):
            self._transport.pauseProducing()
            self._pause = asyncio.get_running_loop().call_later(LONGEST_PAUSE_SECONDS, self._resume)

    def _get(self) -> Message:
        item = super()._get()
        self._bytes -= _size(item)
        if self._pause is not None and self.qsize() <= MAX_MESSAGES // 2 and self._bytes <= MAX_BYTES // 2:
            self._resume()
        return item

    def _resume(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        self._transport.resumeProducing()


def _size(message: Message) -> int:
    return MESSAGE_OVERHEAD + len(message.get("bytes") or message.get("text") or "")
