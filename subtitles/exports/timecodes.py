"""Moments as files write them."""

from __future__ import annotations


def clock_time(ms: int, separator: str = ".") -> str:
    """`HH:MM:SS.mmm`; more than 99 hours take more digits."""
    seconds, ms = divmod(ms, 1000)
    return f"{_hours(seconds, 2)}{separator}{ms:03}"


def whole_seconds(ms: int) -> str:
    """`HH:MM:SS`, for people."""
    return _hours(ms // 1000, 2)


def centiseconds(hundredths: int) -> str:
    """`H:MM:SS.cc`, for ASS."""
    seconds, rest = divmod(hundredths, 100)
    return f"{_hours(seconds, 1)}.{rest:02}"


def _hours(seconds: int, digits: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:0{digits}}:{minutes:02}:{seconds:02}"
