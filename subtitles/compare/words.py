"""What a word is, in any script.

Scripts written without spaces (Han, kana, Thai, Lao, Khmer, Burmese) give one token a character; everything else gives
one token a word. Punctuation, case and width make no difference between two tokens.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

_ALONE = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3041, 0x312F),  # kana, bopomofo
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9D),  # half-width kana
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFD),
)
_JOINERS = {"\u200c", "\u200d"}
_APOSTROPHES = {"'", "’", "＇", "ʼ"}
_SEPARATORS = {".", ",", "．", "，", ":", "："}
_KEPT = {".", "．", ":", "："}
"""Separators that make a difference: 3.5 is not 35."""
_WORDS = re.compile("[CM][mM]*|[adm]+(?:(?:'|(?<=d),(?=d))[adm]+)*")
"""Over what `_kind` says of each character of a text."""
_MOST_REMEMBERED = 8192


class Token(NamedTuple):
    """A word of a text: the key it is compared by, and where it stands."""

    key: str
    begin: int
    end: int


@lru_cache(8192)
def stands_alone(character: str) -> bool:
    """Is this character a word by itself, so that a line may be broken on either side of it?"""
    code = ord(character)
    return code > 0x0DFF and any(first <= code <= last for first, last in _ALONE)


@lru_cache(8192)
def is_letter(character: str) -> bool:
    """Does this character belong to a word? Letters, marks, digits, and the joiners that some scripts need."""
    return unicodedata.category(character)[0] in "LMN" or character in _JOINERS


@lru_cache(8192)
def is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or character in _JOINERS


@lru_cache(8192)
def folded(character: str) -> str:
    """One form for all ways to write a character: case, width and compatibility forms fall together."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())


class _Remembered(dict[int, str]):
    """For `str.translate`: what a function says of a character, of all the frequent ones whatever people write."""

    def __init__(self, of: Callable[[str], str]) -> None:
        self._of = of

    def __missing__(self, code: int) -> str:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[code] = said = self._of(chr(code))
        return said


def _kind(character: str) -> str:
    """One letter: C and M a character and a mark of a script without spaces, a, d and m a letter, a digit and a mark
    of other scripts; an apostrophe or a comma what may stand inside a word or a number."""
    if is_letter(character):
        alone = stands_alone(character)
        if is_mark(character):
            return "M" if alone else "m"
        return "C" if alone else "d" if character.isdigit() else "a"
    return "'" if character in _APOSTROPHES else "," if character in _SEPARATORS else " "


def _key(character: str) -> str:
    return folded(character) if is_letter(character) or character in _KEPT else ""


_kinds, _keys = _Remembered(_kind), _Remembered(_key)


def tokens(text: str) -> list[Token]:
    return [Token(text[begin:end].translate(_keys), begin, end) for begin, end in _places(text)]


def keys(text: str) -> list[str]:
    """Of its words, which is all that thousands of sentences are aligned by."""
    return [text[begin:end].translate(_keys) for begin, end in _places(text)]


def _places(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _WORDS.finditer(text.translate(_kinds))]
