"""How much room text takes, in cells: one for a Latin letter, two for a Chinese character."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_NARROW, _CHINESE = {"W": 2, "F": 2}, {"W": 2, "F": 2, "A": 2}


def cells(text: str, full_width: bool = False) -> int:
    """`full_width`: quotes, dashes and dots that both scripts use are as wide as a Chinese character."""
    return len(text) if text.isascii() else sum(_cells(character, full_width) for character in text)


@lru_cache(8192)
def _cells(character: str, full_width: bool) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return (_CHINESE if full_width else _NARROW).get(unicodedata.east_asian_width(character), 1)
