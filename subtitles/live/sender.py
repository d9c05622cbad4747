"""The way out to one viewer. The hub calls it for every caption and every viewer, so nothing here waits."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Frame:
    """One message to viewers, serialised and framed once.

    `key` names what the message is about: a newer frame of the same key makes an older one pointless.
    `keep` marks frames that a slow viewer must not miss.
    """

    text: str
    key: str = ""
    keep: bool = True
    data: bytes = field(init=False)
    """A complete unmasked RFC 6455 text frame."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", text_frame(self.text))


class Sender(Protocol):
    """Made by the server adapter for each connection; found in `scope["extensions"]["subtitles"]`.

    After the handshake it is the connection's only writer.
    """

    def send(self, frame: Frame) -> bool:
        """Never blocks, never raises. False = nothing of the frame was taken: the caller keeps it."""

    def queued(self) -> int:
        """Bytes taken but not yet in the kernel. Above 0 the viewer is slow."""

    def close(self, code: int, reason: str) -> None:
        """Starts the closing handshake. The viewer has left its room before this is called. Never raises."""


def text_frame(text: str) -> bytes:
    """RFC 6455 section 5.2: FIN, opcode 1, no mask (server to client)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload
