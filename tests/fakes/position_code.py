"""Audio that says where it is: each 100 ms block carries its own number, so that lost or doubled audio shows as words.

A block is 80 half-bits of 1.25 ms: 16 of a sync pattern that no data can contain, then 24 bits of number and 8 of check
sum, Manchester coded. It is plain enough to survive filters and resampling, and a decoder may start anywhere in it.
Blocks make sentences by an absolute rule: of every 20, the first 16 are words and the last 4 are (very quiet) silence.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BLOCK_MS = 100
BLOCK_SAMPLES = 1_600
"""At 16 kHz."""
SENTENCE_BLOCKS = 20
SPOKEN_BLOCKS = 16
LOUD = 8_000
QUIET = 300

_HALF_BITS = 80
_SYNC = (1, 1, 1, -1, -1, -1, 1, 1, 1, -1, -1, -1, 1, 1, -1, -1)
_GOOD_MATCH = 0.7
_AUDIBLE = 60

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Heard:
    """A block that was found whole: its number, and where it begins and ends in the decoder's samples."""

    number: int
    begin: int
    end: int


def encode(first_block: int, blocks: int) -> bytes:
    """PCM16, 16 kHz, mono."""
    return b"".join(_block(number).tobytes() for number in range(first_block, first_block + blocks))


def is_word(number: int) -> bool:
    return number % SENTENCE_BLOCKS < SPOKEN_BLOCKS


def word(number: int) -> str:
    return f"w{number:06}"


def sentences(first_block: int, blocks: int) -> list[str]:
    """The texts that a clean recognition of these blocks gives."""
    numbers = [number for number in range(first_block, first_block + blocks) if is_word(number)]
    found: dict[int, list[str]] = {}
    for number in numbers:
        found.setdefault(number // SENTENCE_BLOCKS, []).append(word(number))
    return [" ".join(words) + "." for words in found.values()]


class Decoder:
    """Finds blocks in a stream that may begin in the middle of one, and may contain anything between them."""

    def __init__(self, sample_rate: int = 16_000) -> None:
        self._half = sample_rate // 800
        self._size = self._half * _HALF_BITS
        self._sync = np.repeat(np.array(_SYNC, np.float64), self._half)
        self._buffer: Samples = np.zeros(0, np.int16)
        self._start = 0
        self._in_step = False
        """Whether the buffer begins where a block ended."""

    def feed(self, pcm: bytes) -> Iterator[Heard]:
        self._buffer = np.concatenate((self._buffer, np.frombuffer(pcm, "<i2")))
        while len(self._buffer) >= self._size:
            at, number = 0, self._read(0) if self._in_step else None
            if number is None:
                at, number = self._search()
            self._drop(at)
            self._in_step = number is not None
            if number is not None:
                yield Heard(number, self._start, self._start + self._size)
                self._drop(self._size)

    def _search(self) -> tuple[int, int | None]:
        """Where the next readable block begins, or how much of the buffer cannot be the beginning of one."""
        useless = len(self._buffer) - self._size + 1
        if int(np.abs(self._buffer.astype(np.int32)).max()) < _AUDIBLE:
            return useless, None
        for at in self._candidates(useless):
            if (number := self._read(at)) is not None:
                return at, number
        return useless, None

    def _candidates(self, count: int) -> Iterator[int]:
        near = self._half // 2
        signal = self._buffer[: count + near + len(self._sync) - 1].astype(np.float64)
        loudness = np.convolve(np.abs(signal), np.ones(len(self._sync)), "valid") + 1.0
        match = np.correlate(signal, self._sync) / loudness
        for at in np.flatnonzero(match[:count] > _GOOD_MATCH).tolist():
            if match[at] == np.max(match[max(0, at - near) : at + near + 1]) and (at or not self._cut()):
                yield at

    def _cut(self) -> bool:
        """Whether the stream begins inside a block's first half-bit: its first fall of signal comes too early then."""
        return bool(np.any(self._buffer[2 * self._half : 3 * self._half] < 0))

    def _read(self, at: int) -> int | None:
        halves = self._buffer[at : at + self._size].reshape(_HALF_BITS, self._half).sum(1, dtype=np.int64)
        if np.any(np.sign(halves[: len(_SYNC)]) != _SYNC):
            return None
        pairs = halves[len(_SYNC) :].reshape(-1, 2)
        if np.any(np.sign(pairs[:, 0]) == np.sign(pairs[:, 1])):
            return None
        code = np.packbits(pairs[:, 0] > pairs[:, 1]).tobytes()
        return int.from_bytes(code[:3], "big") if code[3] == _check(code[:3]) else None

    def _drop(self, samples: int) -> None:
        self._buffer = self._buffer[samples:]
        self._start += samples


def _block(number: int) -> Samples:
    payload = number.to_bytes(3, "big")
    bits = np.unpackbits(np.frombuffer(payload + bytes((_check(payload),)), np.uint8)).astype(np.int16) * 2 - 1
    data = np.column_stack((bits, -bits)).ravel()
    levels = np.concatenate((np.array(_SYNC, np.int16), data))
    amplitude = LOUD if is_word(number) else QUIET
    return np.repeat(levels * np.int16(amplitude), BLOCK_SAMPLES // _HALF_BITS).astype("<i2")


def _check(payload: bytes) -> int:
    return zlib.crc32(payload) & 0xFF
