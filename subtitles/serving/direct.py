"""Frames straight into the kernel, past Daphne, Autobahn and Twisted.

Twisted never tries to send at once: each write goes through a buffer and two epoll changes. For one caption to a
thousand viewers that is most of the cost. So a frame is sent on the socket itself whenever Twisted holds nothing for
it, which is also what keeps the order; what the kernel does not take goes to Twisted.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

from autobahn.websocket.protocol import WebSocketProtocol
from twisted.internet import tcp
from twisted.internet.abstract import FileDescriptor

from subtitles.live.sender import Frame

OPEN = WebSocketProtocol.STATE_OPEN


class Connection(Protocol):
    transport: Any
    state: int

    def close(self, code: int, reason: str) -> None: ...


class DirectSender:
    """A `subtitles.live.sender.Sender` for one of Daphne's plain TCP connections."""

    __slots__ = ("_connection", "_send", "_transport")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._transport = connection.transport
        # The socket's own method, not its number: the number may be another connection's by the time it is used.
        self._send = self._transport.getHandle().send

    def send(self, frame: Frame) -> bool:
        transport = self._transport
        if self._connection.state != OPEN or transport.dataBuffer or transport._tempDataLen:
            return False
        data = frame.data
        try:
            sent = self._send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return False
        if sent < len(data):
            transport.write(data[sent:])
        return True

    def queued(self) -> int:
        return queued_bytes(self._transport)

    def close(self, code: int, reason: str) -> None:
        self._connection.close(code, reason)


def queued_bytes(transport: Any) -> int:
    """What Twisted still has to write to the socket."""
    return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)


def can_send_directly(transport: object) -> bool:
    """Only on a bare socket: below TLS a frame would travel unencrypted and break the stream."""
    return isinstance(transport, tcp.Connection) and not getattr(transport, "TLS", False)


def probe() -> list[str]:
    """Which of the unpublished things this module builds on are not as they were; empty = all well."""
    descriptor: Any = FileDescriptor(reactor=cast(Any, _NoReactor()))
    missing = [name for name in ("dataBuffer", "offset", "_tempDataLen", "doWrite") if not hasattr(descriptor, name)]
    if missing:
        return missing
    descriptor.connected = 1
    descriptor.write(b"probe")
    return [] if queued_bytes(descriptor) == len(b"probe") else ["write"]


class _NoReactor:
    def addWriter(self, writer: object) -> None:
        """Nothing is ever written by the probe."""
