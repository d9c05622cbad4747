"""How well a recording survived a way through filters, resamplers and clocks of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from subtitles.speech import SAMPLE_RATE

Signal = npt.NDArray[np.float64]
LOUD = 100.0
"""Root mean square of a second that is worth measuring."""


@dataclass(frozen=True, slots=True)
class Second:
    late: int
    """Samples by which the copy comes later; negative if the copy begins in the middle."""
    snr_db: float
    """Signal to noise, after the best gain and the best delay of less than a sample."""


def compare(original: bytes, copy: bytes) -> list[Second]:
    """Each second of the original that is not silent, every half a second, as the copy has it.

    A device that runs dry puts silence in: what follows is later, and only the second it happens in suffers.
    """
    reference, heard = _signal(original), _signal(copy)
    starts = range(SAMPLE_RATE // 2, len(reference) - SAMPLE_RATE, SAMPLE_RATE // 2)
    pieces = ((at, reference[at : at + SAMPLE_RATE]) for at in starts)
    return [_look_for(piece, at, heard) for at, piece in pieces if np.sqrt(np.mean(piece**2)) > LOUD]


def _signal(pcm: bytes) -> Signal:
    return np.frombuffer(pcm, "<i2").astype(np.float64)


def _look_for(piece: Signal, at: int, heard: Signal) -> Second:
    size = 1 << (len(piece) + len(heard)).bit_length()
    match = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(piece, size)), size)
    found = int(np.argmax(match[: len(heard) - len(piece)]))
    return Second(found - at, _snr_db(piece, heard[found : found + len(piece)]))


def _snr_db(reference: Signal, heard: Signal) -> float:
    window = np.hanning(len(reference))
    model, target = np.fft.rfft(reference * window), np.fft.rfft(heard * window)
    crossed, turns = target * np.conj(model), 2 * np.pi * np.fft.rfftfreq(len(reference))
    # What is left of the delay is less than a sample: a slope of the phase, which the loud frequencies know best.
    weight = np.abs(crossed) * turns
    late = -np.sum(weight * np.angle(crossed)) / np.sum(weight * turns)
    model = model * np.exp(-1j * turns * late)
    noise = target - model * np.vdot(model, target).real / np.vdot(model, model).real
    return float(10 * np.log10(np.vdot(target, target).real / np.vdot(noise, noise).real))
