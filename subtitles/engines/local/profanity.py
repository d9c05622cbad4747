"""Words that a small recogniser may print out of nothing and that nobody wants on a stream."""

from __future__ import annotations

import codecs
from functools import cache
from pathlib import Path


def mask(word: str) -> str:
    """`word`, or its first letter and asterisks. A possessive ending stays."""
    stem, apostrophe, ending = word.partition("'")
    return stem[:1] + "*" * (len(stem) - 1) + apostrophe + ending if stem.lower() in _words() else word


@cache
def _words() -> frozenset[str]:
    # Kept in ROT13, so that neither the source nor a search in it is obscene.
    text = Path(__file__).with_name("profanity.txt").read_text("ascii")
    return frozenset(codecs.decode(text, "rot13").split())
