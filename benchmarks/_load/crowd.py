"""Many viewers in one plain Python process: raw sockets, epoll, and no more parsing than counting needs."""

from __future__ import annotations

import json
import os
import resource
import select
import socket
import struct
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Self

from benchmarks._load.caption import age_ms

TEXT, PING = 0x81, 0x89
PONG = bytes((0x8A, 0x8C)) + bytes(4)
"""Answer to a ping of 12 bytes under a mask of zeros: the payload follows as it came."""
FINAL = b'{"type":"sentences"'
STALLED_BUFFER = 4_096
HELLO = json.dumps({"type": "hello", "version": 1, "session": None, "seq": None})


class Crowd:
    def __init__(self, port: int, path: str, viewers: int, *, stalled: int = 0) -> None:
        self._epoll = select.epoll()
        self._port, self._path = port, path
        self._sockets: dict[int, socket.socket] = {}
        self._partial: dict[int, bytes] = {}
        self.received: dict[int, int] = {}
        self.total = 0
        """Captions received by all."""
        self.lost = 0
        """Viewers that the server closed."""
        self.ages: defaultdict[str, list[float]] | None = None
        """Milliseconds from publication to arrival, by `interim` and `final`; only if somebody wants them."""
        self._stalled = [self._connect(STALLED_BUFFER) for _ in range(stalled)]
        for _ in range(viewers):
            self._add(self._connect(0))
        self.control = connect(port, "/control")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for viewer in [*self._sockets.values(), *self._stalled, self.control]:
            viewer.close()
        self._epoll.close()

    def publish(self, characters: int) -> None:
        self.control.sendall(text_frame(str(characters)))

    def pump(self, until: Callable[[], bool], deadline: float) -> bool:
        """Reads until `until` holds; false when the deadline came first."""
        while not until():
            left = deadline - time.perf_counter()
            if left <= 0:
                return False
            for descriptor, _ in self._epoll.poll(min(left, 0.5)):
                self._read(descriptor)
        return True

    def clear(self) -> None:
        self.total = 0
        self.received = dict.fromkeys(self.received, 0)

    def note_ages(self) -> defaultdict[str, list[float]]:
        self.ages = defaultdict(list)
        return self.ages

    def stalled_alive(self) -> int:
        """How many of the stalled the server has not given up. They never read, so only a reset can be seen."""
        poll = select.poll()
        for viewer in self._stalled:
            poll.register(viewer, select.POLLRDHUP)
        return len(self._stalled) - len(poll.poll(0))

    def _connect(self, receive_buffer: int) -> socket.socket:
        viewer = connect(self._port, self._path, receive_buffer)
        viewer.sendall(text_frame(HELLO))
        return viewer

    def _add(self, viewer: socket.socket) -> None:
        viewer.setblocking(False)
        number = viewer.fileno()
        self._sockets[number], self._partial[number], self.received[number] = viewer, b"", 0
        self._epoll.register(number, select.EPOLLIN)

    def _read(self, number: int) -> None:
        try:
            data = self._sockets[number].recv(65_536)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if not data:
            self._epoll.unregister(number)
            self.lost += 1
            return
        now = time.monotonic_ns()
        captions, rest = self._count(number, self._partial[number] + data, now)
        self._partial[number] = rest
        self.received[number] += captions
        self.total += captions

    def _count(self, number: int, data: bytes, now: int) -> tuple[int, bytes]:
        """Captions among whole frames, and the bytes of one not whole yet."""
        captions, position, end = 0, 0, len(data)
        while end - position >= 4:
            first, size, start = data[position], data[position + 1], position + 2
            if size == 126:
                size, start = data[position + 2] << 8 | data[position + 3], position + 4
            if start + size > end:
                break
            position = start + size
            if first == PING:
                self._sockets[number].send(PONG + data[start:position])
            elif first == TEXT and self._is_caption(data[start:position], now):
                captions += 1
        return captions, data[position:]

    def _is_caption(self, payload: bytes, now: int) -> bool:
        """Without asking for ages it is enough that snapshots and status messages are told apart by their beginning."""
        final = payload.startswith(FINAL)
        if self.ages is None:
            return final
        age = age_ms(payload, now)
        if age is not None:
            self.ages["final" if final else "interim"].append(age)
        return age is not None


def connect(port: int, path: str, receive_buffer: int = 0) -> socket.socket:
    viewer = socket.socket()
    if receive_buffer:
        viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    viewer.settimeout(30)
    viewer.connect(("127.0.0.1", port))
    viewer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    viewer.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = viewer.recv(1)
        if not byte:
            raise ConnectionError(f"{path}: refused")
        head += byte
    if b" 101 " not in head.splitlines()[0]:
        raise ConnectionError(head.decode(errors="replace"))
    return viewer


def text_frame(text: str) -> bytes:
    """A client's frame: masked, with a mask of zeros."""
    payload = text.encode()
    size = len(payload)
    head = struct.pack("!BB", 0x81, 0x80 | size) if size < 126 else struct.pack("!BBH", 0x81, 0xFE, size)
    return head + bytes(4) + payload


def raise_descriptor_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def pin(core: int) -> None:
    os.sched_setaffinity(0, {core})
