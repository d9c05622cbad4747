"""Feeding a stream and collecting what it says."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

from subtitles.engines.base import RealtimeStream
from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE, FinalResult, Result

AUSTEN = Path(__file__).parents[2] / "audio" / "en_austen_5utt.wav"
CHUNK = SAMPLE_RATE // 10 * BYTES_PER_SAMPLE
"""Bytes of 100 ms."""
SENTENCES = [  # where in the recording, in ms, and what is read
    (500, 7600, "and mister john dashwood had then leisure to consider how much there might be prudently in his power "
     "to do for them"),
    (8800, 11790, "he was not an ill disposed young man"),
    (12990, 18290, "unless to be rather cold hearted and rather selfish is to be ill disposed"),
    (19490, 25540, "had he married a more a amiable woman he might have been made still more respectable than he was"),
    (26740, 30030, "he might even have been made amiable himself"),
]  # fmt: skip


def austen() -> bytes:
    with wave.open(str(AUSTEN)) as recording:
        return bytes(recording.readframes(recording.getnframes()))


def seconds(pcm: bytes, begin: float, end: float) -> bytes:
    return pcm[round(begin * SAMPLE_RATE) * 2 : round(end * SAMPLE_RATE) * 2]


def chunks(pcm: bytes, size: int = CHUNK) -> Iterator[bytes]:
    return (pcm[at : at + size] for at in range(0, len(pcm), size))


async def hear(stream: RealtimeStream, pieces: Iterable[bytes], pace: float | None = None) -> list[Result]:
    """Everything that the stream says about `pieces`, sent at once or `pace` times as fast as they were spoken."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(feed(stream, pieces, pace))
        said = tasks.create_task(_collect(stream))
    return said.result()


async def feed(stream: RealtimeStream, pieces: Iterable[bytes], pace: float | None = None) -> None:
    clock = asyncio.get_running_loop().time
    spoken = clock()
    for piece in pieces:
        spoken += len(piece) / BYTES_PER_SAMPLE / SAMPLE_RATE / pace if pace else 0
        await asyncio.sleep(spoken - clock() if pace else 0)
        await stream.send(piece)
    await stream.finish()


async def first_final(results: AsyncIterator[Result]) -> FinalResult:
    async for result in results:
        if isinstance(result, FinalResult):
            return result
    raise AssertionError("no final")


async def _collect(stream: RealtimeStream) -> list[Result]:
    return [result async for result in stream]
