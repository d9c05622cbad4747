"""What a word is, in any script.

Scripts written without spaces (Han, kana, Thai, Lao, Khmer, Burmese) give one token a character; everything else gives
one token a word. Punctuation, case and width make no difference between two tokens.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
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


def tokens(text: str) -> list[Token]:
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        if not is_letter(text[at]):
            at += 1
            continue
        end = _end_of_word(text, at)
        yield Token(_key(text[at:end]), at, end)
        at = end


def _end_of_word(text: str, begin: int) -> int:
    alone = stands_alone(text[begin])
    end = begin + 1
    while end < len(text) and (is_mark(text[end]) if alone else _goes_on(text, end)):
        end += 1
    return end


def _goes_on(text: str, at: int) -> bool:
    character = text[at]
    if is_letter(character):
        return not stands_alone(character)
    if at + 1 == len(text) or stands_alone(text[at + 1]):
        return False
    before, after = text[at - 1], text[at + 1]
    if character in _APOSTROPHES:
        return is_letter(before) and is_letter(after)
    return character in _SEPARATORS and before.isdigit() and after.isdigit()


def _key(word: str) -> str:
    if len(word) == 1:
        return folded(word)
    return "".join(folded(character) for character in word if is_letter(character) or character in ".．:：")
