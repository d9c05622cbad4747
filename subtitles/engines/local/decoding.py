"""A recording's file as recognisers on this machine hear it: 16 kHz, mono, a second at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import av
from av.audio.resampler import AudioResampler

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE

BLOCK_BYTES = SAMPLE_RATE * BYTES_PER_SAMPLE


def blocks(path: Path) -> Generator[tuple[bytes, int], None, None]:
    """PCM, and how much of the file (percent, as far as the file says) lies behind its end. Blocks. Raises
    EngineError."""
    try:
        # Opened here, and no protocol at all: a playlist that calls itself a recording must not open its neighbours.
        with path.open("rb") as file, av.open(file, "r", options={"protocol_whitelist": "none"}) as container:
            if not container.streams.audio:
                raise _unreadable("there is no sound in it")
            whole = (container.duration or 0) * SAMPLE_RATE // av.time_base
            heard = 0
            for pcm in _cut(_pcm(container)):
                heard += len(pcm) // BYTES_PER_SAMPLE
                yield pcm, min(99, 100 * heard // whole) if whole else 0
    except (OSError, av.FFmpegError) as error:
        raise _unreadable(error.strerror or "no reason") from error


def _pcm(container: av.container.InputContainer) -> Iterator[bytes]:
    resampler = AudioResampler("s16", "mono", SAMPLE_RATE)
    for frame in container.decode(audio=0):
        for made in resampler.resample(frame):
            yield bytes(made.planes[0])[: made.samples * BYTES_PER_SAMPLE]
    for made in resampler.resample(None):
        yield bytes(made.planes[0])[: made.samples * BYTES_PER_SAMPLE]


def _cut(parts: Iterator[bytes]) -> Iterator[bytes]:
    pending = bytearray()
    for part in parts:
        pending += part
        while len(pending) >= BLOCK_BYTES:
            yield bytes(pending[:BLOCK_BYTES])
            del pending[:BLOCK_BYTES]
    if pending:
        yield bytes(pending)


def _unreadable(why: str) -> EngineError:
    return EngineError(ErrorKind.PARAMETERS, f"The recording cannot be read as sound: {why}.", code="unreadable")
