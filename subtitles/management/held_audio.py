from __future__ import annotations

from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE


class HeldAudio:
    """What was read and is not yet safe on the server's disk, addressed by sample number.

    Bounded like the ring of the studio page, at ten minutes: whoever fills it stops reading while it `is_full`.
    """

    LIMIT = 600 * SAMPLE_RATE

    def __init__(self) -> None:
        self.begin = 0
        self._pcm = bytearray()

    @property
    def end(self) -> int:
        return self.begin + len(self._pcm) // BYTES_PER_SAMPLE

    @property
    def is_full(self) -> bool:
        return self.end - self.begin >= self.LIMIT

    def append(self, pcm: bytes) -> None:
        self._pcm += pcm

    def forget(self, before: int) -> None:
        """Drops what lies before that sample."""
        samples = min(before, self.end) - self.begin
        if samples > 0:
            del self._pcm[: samples * BYTES_PER_SAMPLE]
            self.begin += samples

    def cut(self, first: int, most: int) -> bytes:
        """At most `most` samples from sample `first` on, which must not lie before `begin`."""
        start = (first - self.begin) * BYTES_PER_SAMPLE
        return bytes(self._pcm[start : start + most * BYTES_PER_SAMPLE])
