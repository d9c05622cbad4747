"""A websocket client that can misbehave: a plain blocking socket, and frames made and read by hand."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from typing import Self

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
PATIENCE_S = 10.0
UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


class Peer:
    def __init__(self, port: int, *, receive_buffer: int = 0) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE_S)
        self._buffer = b""
        try:
            self.socket.connect(("127.0.0.1", port))
        except OSError:
            self.socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def request(self, path: str, *headers: str) -> None:
        """Asks for the upgrade and does not wait for the answer."""
        upgrade = [f"{name}: {value}" for name, value in UPGRADE.items()]
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *upgrade, *headers]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))

    def response(self) -> str:
        """Status line and headers."""
        while b"\r\n\r\n" not in self._buffer:
            self._fill()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        return head.decode("latin-1")

    def join(self, path: str) -> Self:
        self.request(path)
        head = self.response()
        assert head.startswith("HTTP/1.1 101 "), head
        return self

    def send(self, opcode: int, payload: bytes = b"") -> None:
        self.socket.sendall(client_frame(opcode, payload))

    def frame(self) -> tuple[int, bytes]:
        """The next frame's opcode and payload; raises ConnectionError when the server is gone."""
        opcode, size = self._take(1)[0] & 15, self._take(1)[0]
        if size == 126:
            (size,) = struct.unpack("!H", self._take(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._take(8))
        return opcode, self._take(size)

    def texts(self) -> Iterator[str]:
        """Text frames until the server closes or is gone."""
        try:
            while (frame := self.frame())[0] != CLOSE:
                if frame[0] == TEXT:
                    yield frame[1].decode()
        except ConnectionError:
            return

    def closing(self) -> tuple[int, str]:
        """Reads up to the server's close frame, answers it, and returns code and reason."""
        while True:
            opcode, payload = self.frame()
            if opcode == CLOSE:
                self.send(CLOSE, payload)
                return struct.unpack("!H", payload[:2])[0], payload[2:].decode()

    def is_dropped(self) -> bool:
        """Whether the server ends the connection; what it still has to say is thrown away."""
        try:
            while self.socket.recv(65_536):
                pass
        except ConnectionError:
            return True
        except TimeoutError:
            return False
        return True

    def reset(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._fill()
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _fill(self) -> None:
        data = self.socket.recv(65_536)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._buffer += data


def client_frame(opcode: int, payload: bytes = b"", *, fin: bool = True) -> bytes:
    """RFC 6455 section 5.3: masked."""
    mask = os.urandom(4)
    repeated = mask * (len(payload) // 4 + 1)
    masked = (int.from_bytes(payload, "big") ^ int.from_bytes(repeated[: len(payload)], "big")).to_bytes(
        len(payload), "big"
    )
    return header(opcode, len(payload), fin=fin) + mask + masked


def header(opcode: int, size: int, *, fin: bool = True, masked: bool = True) -> bytes:
    first, mask_bit = opcode | (0x80 if fin else 0), 0x80 if masked else 0
    if size < 126:
        return struct.pack("!BB", first, mask_bit | size)
    if size < 65_536:
        return struct.pack("!BBH", first, mask_bit | 126, size)
    return struct.pack("!BBQ", first, mask_bit | 127, size)
