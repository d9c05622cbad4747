"""Where in a FLAC file its seconds lie (RFC 9639, section 8.5): without it a player needs six requests to find one.

The library writes none, but leaves room for it: a block of padding behind the header.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import BinaryIO

PADDING, SEEK_TABLE, LAST = 1, 3, 0x80
_POINT = struct.Struct(">QQH")
_MOST_POINTS = 400
"""They fill the 8 KiB that the library leaves."""


@dataclass
class SeekTable:
    every: int
    """Samples from one point to the next, at first: a long file has them further apart."""
    _points: list[tuple[int, int, int]] = field(default_factory=list)
    _offset: int = 0

    def add(self, sample: int, samples: int, size: int) -> None:
        """The next frame: its first sample, how many it has, its bytes."""
        if not self._points or sample >= self._points[-1][0] + self.every:
            self._points.append((sample, self._offset, samples))
        if len(self._points) > _MOST_POINTS:
            self._points = self._points[::2]
            self.every *= 2
        self._offset += size

    def write(self, file: BinaryIO) -> None:
        """Into the padding of a finished file; where there is too little, not at all. Raises OSError."""
        place, size, last = _padding(file)
        table = b"".join(_POINT.pack(*point) for point in self._points)
        rest = size - len(table) - 4
        if not table or rest < 0:
            return
        file.seek(place)
        file.write(_head(SEEK_TABLE, len(table)) + table + _head(PADDING | last, rest))


def _padding(file: BinaryIO) -> tuple[int, int, int]:
    """Place and size of the block, and whether it is the last one; size 0 = there is none."""
    file.seek(4)
    kind = 0
    while not kind & LAST:
        place = file.tell()
        kind, size = file.read(1)[0], int.from_bytes(file.read(3), "big")
        if kind & ~LAST == PADDING:
            return place, size, kind & LAST
        file.seek(size, 1)
    return 0, 0, 0


def _head(kind: int, size: int) -> bytes:
    return bytes([kind]) + size.to_bytes(3, "big")
