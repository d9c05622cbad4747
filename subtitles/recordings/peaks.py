"""What a waveform is drawn from: the lowest and the highest sample of every 20 ms.

The file: a header, then a pair of signed bytes (lowest, highest) for each window, in 128ths of full scale. The header,
little-endian: `PEAK`, version (u16), samples in a window (u16), samples a second (u32).
"""

from __future__ import annotations

import struct
from pathlib import Path
from types import TracebackType
from typing import Self

from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE

VERSION = 1
HEADER = struct.Struct("<4sHHI")
WINDOWS_PER_SECOND = 50
_ALL = bytes(range(256))
_OFFSET = bytes(value ^ 0x80 for value in _ALL)
"""From signed bytes to ones in the order of their values, and back."""


class PeaksWriter:
    """Writes one file, front to back. Raises OSError."""

    def __init__(self, path: Path, rate: int = SAMPLE_RATE) -> None:
        self._window = rate // WINDOWS_PER_SECOND
        self._held = b""
        self._file = path.open("wb")
        self._file.write(HEADER.pack(b"PEAK", VERSION, self._window, rate))

    def write(self, pcm: bytes) -> None:
        """Mono PCM16, whole samples, of any number."""
        # The upper byte of a sample says as much as a screen shows.
        self._held += pcm[1::BYTES_PER_SAMPLE]
        whole = len(self._held) - len(self._held) % self._window
        self._file.write(_peaks(self._held[:whole], self._window))
        self._held = self._held[whole:]

    def close(self) -> None:
        """The last window may be a short one."""
        try:
            self._file.write(_peaks(self._held, self._window))
        finally:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is None:
            self.close()
        else:
            self._file.close()


def _peaks(upper: bytes, window: int) -> bytes:
    """Deleting twice leaves the values that occur, in order: four times as fast as looking for the extremes."""
    ordered = upper.translate(_OFFSET)
    found = bytearray()
    for begin in range(0, len(ordered), window):
        absent = _ALL.translate(None, ordered[begin : begin + window])
        present = _ALL.translate(None, absent)
        found += present[:1] + present[-1:]
    return bytes(found).translate(_OFFSET)
