"""Any file or stream that FFmpeg's libraries understand, as the 16 kHz mono PCM that broadcasts are made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer

from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE

BLOCK_BYTES = SAMPLE_RATE // 10 * BYTES_PER_SAMPLE
STDIN = "-"
# Microphones in a pipe should not wait for a large buffer to fill.
_READ_BYTES = 4_096


class Unreadable(Exception):
    """Not there, not audio, or broken; `str()` is a sentence for the person at the terminal."""


class AudioFile:
    """Decoded while it is read, in constant memory."""

    def __init__(self, title: str, container: InputContainer) -> None:
        self._title, self._container = title, container

    @property
    def samples(self) -> int | None:
        """How many there will be, as far as the file says so; files may be wrong about it."""
        duration = self._container.duration
        return None if duration is None else duration * SAMPLE_RATE // av.time_base

    def blocks(self) -> Iterator[bytes]:
        """100 ms each; the last may be shorter. Raises Unreadable where the file breaks off."""
        pending = bytearray()
        for pcm in self._pcm():
            pending += pcm
            while len(pending) >= BLOCK_BYTES:
                yield bytes(pending[:BLOCK_BYTES])
                del pending[:BLOCK_BYTES]
        if pending:
            yield bytes(pending)

    def _pcm(self) -> Iterator[bytes]:
        resampler = AudioResampler("s16", "mono", SAMPLE_RATE)
        try:
            for frame in self._container.decode(audio=0):
                yield from map(_samples, resampler.resample(frame))
            yield from map(_samples, resampler.resample(None))
        except (OSError, av.FFmpegError) as error:
            raise Unreadable(f"{self._title} is broken: {error.strerror}.") from error


@contextmanager
def open_audio(name: str, rate: int | None = None) -> Iterator[AudioFile]:
    """`-` is standard input. `rate`: bare 16-bit little-endian mono samples at that rate. Raises Unreadable."""
    title = "standard input" if name == STDIN else name
    with ExitStack() as stack:
        try:
            # Opened here and not by FFmpeg, which may take a name for an address.
            file = stack.enter_context(open(0 if name == STDIN else name, "rb", buffering=0, closefd=name != STDIN))
            container = stack.enter_context(_open(file, rate))
        except (OSError, av.FFmpegError) as error:
            raise Unreadable(f"Cannot read {title}: {error.strerror}.") from error
        if not container.streams.audio:
            raise Unreadable(f"There is no sound in {title}.")
        yield AudioFile(title, container)


def _open(file: BinaryIO, rate: int | None) -> InputContainer:
    # No protocol at all: a playlist that calls itself a recording must not open its neighbours.
    options = {"protocol_whitelist": "none"}
    if rate is None:
        return av.open(file, "r", options=options, buffer_size=_READ_BYTES)
    options |= {"sample_rate": str(rate), "ch_layout": "mono"}
    return av.open(file, "r", format="s16le", options=options, buffer_size=_READ_BYTES)


def _samples(frame: AudioFrame) -> bytes:
    """The plane is padded beyond the samples."""
    return bytes(frame.planes[0])[: frame.samples * BYTES_PER_SAMPLE]
