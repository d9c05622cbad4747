"""What came back of a broadcast: which sentences are in, what is missing, how long it is worth waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from subtitles.speech import clean_text, samples_to_ms

GRACE_S = 30.0
SLOWEST_PACE = 1.0
"""Times real time at which every engine catches up; an engine's own `max_pace` is higher."""


@dataclass(frozen=True, slots=True)
class Caption:
    """A final sentence as it came."""

    number: int
    begin_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    session: int
    samples: int
    sentences: int


class CaptionTally:
    def __init__(self, clock: Callable[[], float], grace_s: float = GRACE_S) -> None:
        self._clock, self._grace_s = clock, grace_s
        self._numbers: set[int] = set()
        self._last_end_ms = 0
        self._behind_ms: int | None = None
        self.kept = 0
        self.ended: Ended | None = None
        self.moved_at = clock()
        """When anything last went forward, on the clock given."""

    def note_kept(self, samples: int) -> None:
        if samples > self.kept:
            self.kept, self.moved_at = samples, self._clock()

    def note_behind(self, behind_ms: int) -> None:
        if behind_ms != self._behind_ms:
            self._behind_ms, self.moved_at = behind_ms, self._clock()

    def take(self, items: Iterable[dict[str, Any]]) -> list[Caption]:
        """Those that are new and shown. A later edit of a sentence is none of our business."""
        fresh = [item for item in items if item["number"] not in self._numbers]
        for item in fresh:
            self._numbers.add(item["number"])
            self._last_end_ms = max(self._last_end_ms, item["end_ms"])
            self.moved_at = self._clock()
        return [_caption(item) for item in fresh if not item.get("hidden")]

    @property
    def is_complete(self) -> bool:
        return self.ended is not None and not self._absent

    def deadline(self, sent_samples: int) -> float:
        """When to stop waiting, once all is sent: backlog at the slowest pace, and the grace."""
        behind_ms = samples_to_ms(sent_samples) if self._behind_ms is None else self._behind_ms
        return self.moved_at + behind_ms / 1000 / SLOWEST_PACE + self._grace_s

    def missing(self, read_samples: int) -> str:
        """In words, for whoever has to decide what to do."""
        unkept = read_samples - (self.ended.samples if self.ended else self.kept)
        parts = [f"{samples_to_ms(unkept) / 1000:.1f} s of audio"] if unkept > 0 else []
        if self._absent:
            parts.append("sentences " + ", ".join(map(str, self._absent[:20])) + ("…" if self._absent[20:] else ""))
        if not self.ended:
            parts.append(f"whatever was said after {self._last_end_ms / 1000:.1f} s")
        return f"Missing: {'; '.join(parts)}." if parts else "Nothing is missing."

    @property
    def _absent(self) -> list[int]:
        last = self.ended.sentences if self.ended else max(self._numbers, default=0)
        return [number for number in range(1, last + 1) if number not in self._numbers]


def _caption(item: dict[str, Any]) -> Caption:
    return Caption(item["number"], item["begin_ms"], item["end_ms"], clean_text(item["text"]))
