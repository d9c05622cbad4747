"""Recordings as the fake hears them: fetched, decoded with FFmpeg's libraries, each channel recognised by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import numpy as np

from tests.fakes.dashscope.recognisers import Recogniser, Said

_BLOCK = 16_000


class Unreadable(Exception):
    """The text is the service's code for it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording: milliseconds and Hz of the file itself; finals by channel."""

    container: str
    sample_rate: int
    channels: int
    duration_ms: int
    finals: dict[int, list[Said]]

    @property
    def spoken_ms(self) -> int:
        return sum(said.end_ms - said.begin_ms for finals in self.finals.values() for said in finals)


def hear(path: Path, wanted: Sequence[int], recogniser: Callable[[int], Recogniser]) -> Heard:
    """Decodes and recognises `wanted` channels. `recogniser` makes one for a rate.

    Raises:
        Unreadable: no file of sound, or it lacks a channel.
    """
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise Unreadable("InvalidFile.DecodeFailed")
            return _decoded(container, wanted, recogniser)
    except av.error.FFmpegError as error:
        raise Unreadable("InvalidFile.DecodeFailed") from error


def _decoded(
    container: av.container.InputContainer, wanted: Sequence[int], recogniser: Callable[[int], Recogniser]
) -> Heard:
    stream = container.streams.audio[0]
    native = stream.rate
    rate = 8_000 if native == 8_000 else 16_000
    if max(wanted) >= stream.channels:
        raise Unreadable("DECODE_ERROR")
    listeners = {channel: recogniser(rate) for channel in wanted}
    finals: dict[int, list[Said]] = {channel: [] for channel in wanted}
    samples = 0
    for block in _blocks(container, rate, stream.layout.name):
        samples += block.shape[1]
        for channel, listener in listeners.items():
            finals[channel] += [said for said in listener.hear(block[channel].tobytes()) if said.final]
    if not samples:
        raise Unreadable("InvalidFile.DecodeFailed")
    for channel, listener in listeners.items():
        finals[channel] += listener.finish()
    return Heard(container.format.name, native, stream.channels, samples * 1000 // rate, finals)


def _blocks(container: av.container.InputContainer, rate: int, layout: str) -> Iterator[np.ndarray]:
    """Channels by samples, about a second at a time."""
    resampler = av.AudioResampler(format="s16p", layout=layout, rate=rate)
    kept: list[np.ndarray] = []
    frames = (out for frame in container.decode(audio=0) for out in resampler.resample(frame))
    for frame in frames:
        kept.append(frame.to_ndarray())
        if sum(part.shape[1] for part in kept) >= _BLOCK:
            yield np.concatenate(kept, axis=1)
            kept = []
    kept += [frame.to_ndarray() for frame in resampler.resample(None)]
    if kept:
        yield np.concatenate(kept, axis=1)
