"""Feeding a stream and collecting what it says."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

from subtitles.engines.base import RealtimeStream
from subtitles.speech import SAMPLE_RATE, FinalResult, Result

AUSTEN = Path(__file__).parents[2] / "audio" / "en_austen_5utt.wav"
CHUNK = SAMPLE_RATE // 10 * 2
"""Bytes of 100 ms."""


def austen() -> bytes:
    with wave.open(str(AUSTEN)) as recording:
        return bytes(recording.readframes(recording.getnframes()))


def seconds(pcm: bytes, begin: float, end: float) -> bytes:
    return pcm[round(begin * SAMPLE_RATE) * 2 : round(end * SAMPLE_RATE) * 2]


def chunks(pcm: bytes, size: int = CHUNK) -> Iterator[bytes]:
    return (pcm[at : at + size] for at in range(0, len(pcm), size))


async def hear(stream: RealtimeStream, pieces: Iterable[bytes]) -> list[Result]:
    """Everything that the stream says about `pieces`."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_feed(stream, pieces))
        said = tasks.create_task(_collect(stream))
    return said.result()


async def first_final(results: AsyncIterator[Result]) -> FinalResult:
    async for result in results:
        if isinstance(result, FinalResult):
            return result
    raise AssertionError("no final")


async def _feed(stream: RealtimeStream, pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        await stream.send(piece)
    await stream.finish()


async def _collect(stream: RealtimeStream) -> list[Result]:
    return [result async for result in stream]
