from __future__ import annotations

MOST_DIGITS = 19
"""A row's number has 63 bits."""


def row_number(text: str) -> int | None:
    """A row's number out of a query or a form; None for anything that none can have."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < MOST_DIGITS else None
