"""What may stand on a screen at once: line length, lines, reading speed, durations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """The limits of a cue. ValueError for limits that nothing could be laid out in."""

    line_length: int
    """Characters in a line, counted as `full_width` says."""
    lines: int
    speed: float
    """Characters a second that can be read; a faster cue is flagged, never cut."""
    min_ms: int
    max_ms: int
    gap_ms: int
    """From the end of a cue to the beginning of the next."""
    full_width: bool = False
    """A Chinese character counts 1 and a Latin one ½, as norms for Chinese count; else 2 and 1."""

    def __post_init__(self) -> None:
        if not 4 <= self.line_length <= 200 or not 1 <= self.lines <= 4:
            raise ValueError("a cue has 1 to 4 lines of 4 to 200 characters")
        if not 0 < self.speed <= 100:
            raise ValueError("a reading speed is above 0 and at most 100 characters a second")
        if not (0 <= self.min_ms <= self.max_ms <= 60_000 and self.max_ms > 0 and 0 <= self.gap_ms <= 5_000):
            raise ValueError("a cue lasts at most 60 s, at least its shortest time, with a gap of at most 5 s")

    @property
    def cells(self) -> int:
        """The line in cells: one for a Latin letter, two for a Chinese character."""
        return self.line_length * (2 if self.full_width else 1)


PRESETS = {
    # Netflix partner help, "Timed Text Style Guide: General Requirements" (min 5/6 s, max 7 s, 2 frames at 24 a second)
    # and "English (USA)": 42 characters, adult programmes 20 a second.
    "netflix-en": Preset(line_length=42, lines=2, speed=20, min_ms=833, max_ms=7_000, gap_ms=83),
    # The same, "Chinese (Simplified)": 16 characters a line, adult programmes 9 a second.
    "netflix-zh-hans": Preset(line_length=16, lines=2, speed=9, min_ms=833, max_ms=7_000, gap_ms=83, full_width=True),
    # BBC subtitle guidelines: 160 to 180 words a minute. Speed here is 180 words of five letters; the line is that of
    # the older guidelines for online video, the newer give a share of the picture. Durations and gap are Netflix's.
    "bbc": Preset(line_length=32, lines=2, speed=15, min_ms=833, max_ms=7_000, gap_ms=83),
    # Subtitle Edit's profile for vertical video.
    "vertical": Preset(line_length=24, lines=2, speed=25, min_ms=700, max_ms=5_000, gap_ms=0),
    # Ours, near what the live pages show: 32 Latin or 16 Chinese characters.
    "live": Preset(line_length=32, lines=2, speed=18, min_ms=1_000, max_ms=7_000, gap_ms=0),
}
