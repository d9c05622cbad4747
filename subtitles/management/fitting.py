"""A file as a model takes it: as it is where that fits, else decoded and written as FLAC at a rate that does."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Final

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from subtitles.engines.base import Source
from subtitles.engines.catalog import Model
from subtitles.management.audio_file import Unreadable

FLAC: Final = "flac"
_MOST_CHANNELS = 8


def fitted(path: Path, container: str, model: Model, folder: Path) -> Source:
    """The file, or a copy in `folder`. Blocks. Raises Unreadable: no sound, or more than the model takes."""
    try:
        # Opened here, and no protocol at all: a playlist that calls itself a recording must not open its neighbours.
        with path.open("rb") as file, av.open(file, "r", options={"protocol_whitelist": "none"}) as opened:
            if not any(stream.codec_context for stream in opened.streams.audio):
                raise Unreadable("there is no sound in it that can be decoded")
            _check_length(opened, model)
            stream = opened.streams.audio[0]
            rate = _rate(stream.rate, model)
            if container in model.formats and rate == stream.rate and _fits(path, model):
                return Source(path, container=container, sample_rate=rate)
            copy = folder / f"{path.stem}.{FLAC}"
            return Source(_written(opened, stream, rate, copy), container=FLAC, sample_rate=rate)
    except (OSError, av.FFmpegError) as error:
        raise Unreadable(f"it cannot be read as sound: {error.strerror}") from error


def _check_length(opened: InputContainer, model: Model) -> None:
    most = model.limits.longest_file_ms
    length_ms = (opened.duration or 0) * 1000 // av.time_base
    if most is not None and length_ms > most:
        raise Unreadable(f"it is longer than the {most // 60_000} minutes that {model.title} takes; choose another one")


def _rate(rate: int, model: Model) -> int:
    """Its own, where the model takes it: nothing is gained by raising it."""
    if model.sample_rates:
        return rate if rate in model.sample_rates else model.sample_rates[0]
    return max(rate, model.lowest_sample_rate or rate)


def _fits(path: Path, model: Model) -> bool:
    most = model.limits.largest_file_bytes
    return most is None or path.stat().st_size <= most


def _written(opened: InputContainer, stream: AudioStream, rate: int, copy: Path) -> Path:
    layout = stream.layout.name if stream.channels <= _MOST_CHANNELS else "mono"
    with av.open(str(copy), "w", format=FLAC) as made:
        encoder = made.add_stream(FLAC, rate=rate, layout=layout)
        for frame in _resampled(opened, AudioResampler("s16", layout, rate)):
            made.mux(encoder.encode(frame))
        made.mux(encoder.encode(None))
    return copy


def _resampled(opened: InputContainer, resampler: AudioResampler) -> Iterator[AudioFrame]:
    """Counted anew: a file's own time stamps may have holes, and an encoder wants none."""
    samples = 0
    decoded = chain(opened.decode(audio=0), [None])
    for frame in (made for heard in decoded for made in resampler.resample(heard)):
        frame.pts, frame.time_base = samples, Fraction(1, frame.sample_rate)
        samples += frame.samples
        yield frame
