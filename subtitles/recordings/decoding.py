"""A file that somebody sent, decoded by a child process that can do nothing else (see decoder_child)."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from subtitles.recordings import containers
from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE

logger = logging.getLogger(__name__)

T = TypeVar("T")
Take = Callable[[bytes, int], Awaitable[None]]
"""Takes interleaved PCM16, whole samples of all channels, and how many hundredths of the file were read."""

_CHILD = "subtitles.recordings.decoder_child"
_BLOCK_BYTES = 1 << 20
_MOST_WORDS = 1 << 16
LONGEST_S = 12 * 3_600
STUCK_S = 60.0
"""Without a sample, and the child is given up."""

REFUSALS = {
    "empty": "The file is empty.",
    "not-audio": "This is no sound or video file of a format that is taken, or its beginning or end is missing.",
    "playlist": "This is a playlist: it names other files instead of holding sound. Upload those.",
    "no-sound": "There is a picture in this file and no sound.",
    "no-samples": "Nothing in this file could be decoded.",
    "odd-sound": "Its sound has a sample rate or a number of channels that no recording has.",
    "too-long": "The recording is longer than 12 hours. Cut it into parts.",
    "too-costly": "Decoding this file takes more time or memory than any honest one needs.",
}


class Refused(Exception):
    """Nothing becomes of the file; `key` is one of `REFUSALS`."""

    def __init__(self, key: str) -> None:
        self.key = key if key in REFUSALS else "not-audio"
        super().__init__(REFUSALS[self.key])


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file turned out to be. `samples` were made of it, at 16 kHz if nothing else was asked for; rate and
    channels are the file's own."""

    container: str
    sample_rate: int
    channels: int
    samples: int
    is_damaged: bool


async def decode(path: Path, pcm_rate: int | None, take: Take, rate: int = SAMPLE_RATE, channels: int = 1) -> Facts:
    """With `pcm_rate` the file is bare 16-bit little-endian mono samples. `rate` and `channels` are what is made of it.

    Raises Refused, OSError, and what `take` raises.
    """
    with await asyncio.to_thread(path.open, "rb", buffering=0) as file:
        child = await _spawn(file, pcm_rate or 0, rate, channels)
        try:
            return await _listen(child, file, take, LONGEST_S * rate, BYTES_PER_SAMPLE * channels)
        finally:
            if child.returncode is None:
                child.kill()
            await child.communicate()


async def _listen(child: Process, file: BinaryIO, take: Take, most_samples: int, frame_bytes: int) -> Facts:
    samples, rest = 0, b""
    while data := await _soon(_pipe(child.stdout).read(_BLOCK_BYTES)):
        data = rest + data
        whole = len(data) - len(data) % frame_bytes
        rest = data[whole:]
        samples += whole // frame_bytes
        if samples > most_samples:
            raise Refused("too-long")
        await take(data[:whole], _percent(file))
    said = await _soon(_pipe(child.stderr).read(_MOST_WORDS))
    code = await _soon(child.wait())
    if code:
        logger.warning("the decoder ended with %s", code)
        raise Refused("too-costly" if code < 0 else "no-samples")
    return _facts(said, samples)


async def _soon(answer: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(STUCK_S):
            return await answer
    except TimeoutError:
        raise Refused("too-costly") from None


def _pipe(pipe: asyncio.StreamReader | None) -> asyncio.StreamReader:
    if pipe is None:
        raise RuntimeError("the child was started without this pipe")
    return pipe


def _percent(file: BinaryIO) -> int:
    """The child shares the descriptor's position."""
    return min(99, os.lseek(file.fileno(), 0, os.SEEK_CUR) * 100 // max(1, os.fstat(file.fileno()).st_size))


def _facts(said: bytes, samples: int) -> Facts:
    """The child is not believed: what it says must have the right shape. Raises Refused."""
    match _json(said):
        case {"error": str(error)} if error:
            raise Refused(error)
        case {
            "container": str(container),
            "sample_rate": int(rate),
            "channels": int(channels),
            "is_damaged": bool(is_damaged),
        } if container in containers.NAMES:
            return Facts(container, rate, channels, samples, is_damaged)
    raise Refused("no-samples")


def _json(said: bytes) -> object:
    try:
        return json.loads(said)
    except (ValueError, RecursionError):
        return None


async def _spawn(file: BinaryIO, *numbers: int) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", _CHILD, *map(str, numbers)),  # -P: the current folder is not searched
        stdin=file,
        stdout=PIPE,
        stderr=PIPE,
        limit=_BLOCK_BYTES,
        env=_environment(),
        start_new_session=True,  # Ctrl-C is for the server
    )


def _environment() -> dict[str, str]:
    """The search path, and none of the server's keys."""
    return {"PYTHONPATH": os.pathsep.join(os.path.abspath(path) for path in sys.path)}
