"""From the recording's clock to another one: the video's on demand, or one that starts earlier or later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from subtitles.speech import FinalResult, Word

Clock = Callable[[int], int]
"""From milliseconds of the recording to milliseconds of the file."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Time that passed in the video while the recording stood still at `at_ms`."""

    at_ms: int
    length_ms: int


def vod_clock(gaps: Iterable[Gap], offset_ms: int = 0) -> Clock:
    """The video ran on during pauses, so what was said after them comes later there; `offset_ms` is added to all."""
    found = sorted(gaps, key=lambda gap: gap.at_ms)

    def in_video(ms: int) -> int:
        return ms + offset_ms + sum(gap.length_ms for gap in found if gap.at_ms <= ms)

    return in_video


def aligned(sentences: Iterable[FinalResult], clock: Clock) -> list[FinalResult]:
    """The sentences on another clock. What would end before its zero is left out; what reaches over it is cut."""
    moved = [_moved(sentence, clock) for sentence in sentences]
    return [sentence for sentence in moved if sentence.end_ms > 0]


def _moved(sentence: FinalResult, clock: Clock) -> FinalResult:
    begin, end = _span(sentence.begin_ms, sentence.end_ms, clock)
    words = [
        replace(word, begin_ms=times[0], end_ms=times[1]) for word in sentence.words if (times := _times(word, clock))
    ]
    return replace(sentence, begin_ms=begin, end_ms=end, words=tuple(words))


def _times(word: Word, clock: Clock) -> tuple[int, int]:
    return _span(word.begin_ms, word.end_ms, clock)


def _span(begin_ms: int, end_ms: int, clock: Clock) -> tuple[int, int]:
    """What ends just where the recording paused does not last through the pause."""
    begin = clock(begin_ms)
    end = clock(end_ms - 1) + 1 if end_ms > begin_ms else begin
    return max(begin, 0), max(end, 0)
