"""Long audio in pieces that a recogniser takes at once: cut at pauses, else where it is quietest."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from subtitles.speech import SAMPLE_RATE, ms_to_samples, samples_to_ms

FRAME = ms_to_samples(30)
PAUSE_FRAMES = 20
"""0.6 s of quiet end a piece."""
LONGEST_FRAMES = 20 * SAMPLE_RATE // FRAME
"""Qwen3-ASR is cut off beyond 25 s by sherpa-onnx; subtitles want less anyway."""
SEARCHED_FRAMES = 5 * SAMPLE_RATE // FRAME
LEAD_FRAMES = 7
"""0.2 s before the first loud sound: many words begin softly."""
QUIETEST = 65
"""Peak of 16-bit samples, -54 dB: nothing below it is speech."""
SHARE_OF_LOUDEST = 0.1
FADING = 0.997
"""Per frame: after half a minute a loud voice is forgotten."""


@dataclass(frozen=True, slots=True)
class Piece:
    begin_ms: int
    samples: array[int]

    @property
    def end_ms(self) -> int:
        return self.begin_ms + samples_to_ms(len(self.samples))


class Cutter:
    def __init__(self) -> None:
        self._frames: list[array[int]] = []
        self._peaks: list[int] = []
        self._first = 0
        """Number of the first frame kept."""
        self._loudest = 0.0
        self._quiet = 0
        """Frames of quiet at the end."""

    def feed(self, samples: array[int]) -> Iterator[Piece]:
        for at in range(0, len(samples), FRAME):
            yield from self._add(samples[at : at + FRAME])

    def finish(self) -> Iterator[Piece]:
        if len(self._frames) > self._quiet:
            yield self._piece(len(self._frames))

    def _add(self, frame: array[int]) -> Iterator[Piece]:
        peak = max(max(frame), -min(frame))
        self._loudest = max(self._loudest * FADING, peak)
        self._frames.append(frame)
        self._peaks.append(peak)
        self._quiet = self._quiet + 1 if peak < max(QUIETEST, SHARE_OF_LOUDEST * self._loudest) else 0
        if self._quiet == len(self._frames):
            self._drop(max(0, self._quiet - LEAD_FRAMES))
        elif self._quiet >= PAUSE_FRAMES:
            yield self._piece(len(self._frames))
        elif len(self._frames) >= LONGEST_FRAMES:
            yield self._piece(self._quietest())

    def _quietest(self) -> int:
        """A word takes longer than a frame: three together count."""
        where = range(len(self._peaks) - SEARCHED_FRAMES, len(self._peaks) - 1)
        return min(where, key=lambda at: max(self._peaks[at - 1 : at + 2])) + 1

    def _piece(self, frames: int) -> Piece:
        samples = array("h")
        for frame in self._frames[:frames]:
            samples += frame
        piece = Piece(samples_to_ms(self._first * FRAME), samples)
        self._drop(frames)
        return piece

    def _drop(self, frames: int) -> None:
        del self._frames[:frames], self._peaks[:frames]
        self._first += frames
        self._quiet = min(self._quiet, len(self._frames))


def pieces(blocks: Iterable[array[int]]) -> Iterator[Piece]:
    cutter = Cutter()
    pending = array("h")
    for block in blocks:
        pending += block
        whole = len(pending) - len(pending) % FRAME
        yield from cutter.feed(pending[:whole])
        del pending[:whole]
    if pending:
        yield from cutter.feed(pending)
    yield from cutter.finish()
