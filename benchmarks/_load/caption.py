"""The caption that both servers under test send: the same bytes, with the moment of its publication inside."""

from __future__ import annotations

import time

from subtitles.live.wire import Item

FIRST_SEQ = 1_000_000
"""High, so that every caption of a run has the same length."""
STAMP = b'"@'
STAMP_DIGITS = 20


def caption(number: int, characters: int) -> Item:
    text = f"@{time.monotonic_ns():0{STAMP_DIGITS}d} ".ljust(characters, "x")
    return Item(number, 1, number, number, number + 1, text, "en")


def age_ms(frame: bytes, now_ns: int) -> float | None:
    """How long ago the caption in these bytes was published; None if there is no caption in them."""
    at = frame.find(STAMP)
    return None if at < 0 else (now_ns - int(frame[at + 2 : at + 2 + STAMP_DIGITS])) / 1e6
