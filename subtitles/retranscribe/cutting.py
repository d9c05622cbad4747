"""Where a recording that is too long for a model is cut: in a silence, or else with an overlap."""

from __future__ import annotations

import array
from dataclasses import dataclass

WINDOW_MS = 20
"""Of a peak."""
SILENCE_WINDOWS = 15
SEARCH_MS = 60_000
OVERLAP_MS = 2_000
SILENT_LEVEL = 2
"""In 128ths of full scale: 36 dB below it. With noise around, an eighth of the loudest sound nearby is silent too."""
NOISE_SHARE = 8


@dataclass(frozen=True, slots=True)
class Span:
    """A piece, and what of it is kept, in the recording's milliseconds. `keep_to_ms` None = to its end."""

    begin_ms: int
    end_ms: int
    keep_from_ms: int
    keep_to_ms: int | None


def spans(peaks: bytes, length_ms: int, most_ms: int) -> list[Span]:
    """Pieces of about the same length, none longer than `most_ms` (at least 6 s). `peaks` as in their file, without
    the header; empty = unknown."""
    found: list[Span] = []
    begin = keep = 0
    while (rest := length_ms - begin) > most_ms:
        # Of the same length: a scrap at the end may be too short for a service.
        goal = begin + rest // -(-rest // most_ms)
        reach = min(SEARCH_MS, (goal - begin) // 3)
        silence = _silence(peaks, goal - reach, min(goal + reach, begin + most_ms), goal)
        if silence is not None:
            found.append(Span(begin, silence, keep, silence))
            begin = keep = silence
        else:
            end = min(goal + OVERLAP_MS // 2, begin + most_ms)
            middle = end - OVERLAP_MS // 2
            found.append(Span(begin, end, keep, middle))
            begin, keep = end - OVERLAP_MS, middle
    return [*found, Span(begin, length_ms, keep, None)]


def _silence(peaks: bytes, from_ms: int, to_ms: int, near_ms: int) -> int | None:
    """The middle of the silence that is nearest."""
    first = from_ms // WINDOW_MS
    levels = _levels(peaks, first, to_ms // WINDOW_MS)
    if len(levels) < SILENCE_WINDOWS:
        return None
    limit = max(SILENT_LEVEL, max(levels) // NOISE_SHARE)
    places = [
        (first + at) * WINDOW_MS + SILENCE_WINDOWS * WINDOW_MS // 2
        for at in range(len(levels) - SILENCE_WINDOWS + 1)
        if max(levels[at : at + SILENCE_WINDOWS]) <= limit
    ]
    return min(places, key=lambda place: abs(place - near_ms), default=None)


def _levels(peaks: bytes, first: int, end: int) -> list[int]:
    values = array.array("b", peaks[2 * first : 2 * end])
    return [max(-low, high) for low, high in zip(values[::2], values[1::2], strict=True)]
