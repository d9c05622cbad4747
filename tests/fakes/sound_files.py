"""Sound files made in a test: WAV of any rate and channels, other containers with FFmpeg's libraries."""

from __future__ import annotations

import io
import wave

import av
import numpy as np

from tests.fakes import position_code


def wav(*channels: bytes, sample_rate: int = 16_000) -> bytes:
    """PCM16 of each channel, all of one length, as a WAV file."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(np.column_stack([np.frombuffer(pcm, "<i2") for pcm in channels]).tobytes())
    return made.getvalue()


def telephone(first_block: int, blocks: int) -> bytes:
    """Position-coded sound at 8 kHz, as a WAV file."""
    halved = np.frombuffer(position_code.encode(first_block, blocks), "<i2")[::2]
    return wav(halved.tobytes(), sample_rate=8_000)


def flac(pcm: bytes, sample_rate: int = 16_000) -> bytes:
    """One channel of PCM16 as a FLAC file."""
    made = io.BytesIO()
    with av.open(made, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=sample_rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm, "<i2")[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = sample_rate
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return made.getvalue()
