from __future__ import annotations

import av

from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE


class Resampler:
    """16 kHz PCM16 to the rate of one engine stream. Stateful: a new one for each stream, flushed at its end."""

    def __init__(self, rate: int) -> None:
        self._passes = rate == SAMPLE_RATE
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)

    def feed(self, pcm: bytes) -> bytes:
        if self._passes or not pcm:
            return pcm
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // BYTES_PER_SAMPLE)
        frame.sample_rate = SAMPLE_RATE
        frame.planes[0].update(pcm)
        return self._take(frame)

    def flush(self) -> bytes:
        return b"" if self._passes else self._take(None)

    def _take(self, frame: av.AudioFrame | None) -> bytes:
        frames = self._resampler.resample(frame)
        return b"".join(bytes(out.planes[0])[: out.samples * BYTES_PER_SAMPLE] for out in frames)
