"""What can be searched for in a text.

Words of scripts with spaces are tokens. A run of characters of other scripts (Han, kana, Thai) gives each pair of
neighbours, and its last character alone: so every place in it begins exactly one token, a query of two characters is
a token, and a query of one is the beginning of some. Pictographs are tokens. Case, width and accents do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from operator import add
from typing import NamedTuple

from subtitles.compare.words import folded, is_letter, stands_alone

LONGEST = 64
"""Characters of a token: what is longer is not a word."""
MOST_REMEMBERED = 20_000

_WORD, _ALONE, _PICTURE, _SPACE, _NOTHING = "wcp -"
_RUNS = re.compile(f"{_WORD}+|{_ALONE}(?:{_SPACE}*{_ALONE})*|{_PICTURE}")
_ASCII_WORDS = re.compile("[a-z0-9]+")
_ACCENTS = {*map(chr, range(0x300, 0x370)), *map(chr, range(0xFE00, 0xFE10)), "\u200c", "\u200d"}
"""Accents of Latin, Greek and Cyrillic; variation selectors; joiners. Marks of other scripts are letters of theirs."""


class Token(NamedTuple):
    key: str
    """Letters, marks and digits in one form, or a pictograph; never a sign that a query language knows."""
    begin: int
    end: int
    run: int
    """Number of the run or word that it is part of."""
    is_tail: bool = False
    """The last character of a run, alone."""


def tokens(text: str) -> list[Token]:
    shape = _shape(text)
    return [
        token
        for run, found in enumerate(_RUNS.finditer(shape))
        for token in _tokens(text, shape, *found.span(), run)
        if token.key
    ]


def keys(text: str) -> list[str]:
    """Of its tokens: all that an index has to know, at a fraction of the cost."""
    if text.isascii():
        return [word[:LONGEST] for word in _ASCII_WORDS.findall(text.lower())]
    shape = _shape(text)
    runs = (found.span() for found in _RUNS.finditer(shape))
    return [key for begin, end in runs for key in _keys(text[begin:end], shape[begin]) if key]


def _shape(text: str) -> str:
    return "".join(map(_kinds.__getitem__, text))


def _tokens(text: str, shape: str, begin: int, end: int, run: int) -> Iterator[Token]:
    found = _keys(text[begin:end], shape[begin])
    if shape[begin] != _ALONE:
        yield Token(found[0], begin, end, run)
        return
    places = [place for place in range(begin, end) if shape[place] == _ALONE]
    for key, here, after in zip(found, places, places[1:], strict=False):
        yield Token(key, here, after + 1, run)
    yield Token(found[-1], places[-1], end, run, is_tail=True)


def _keys(run: str, kind: str) -> list[str]:
    if kind != _ALONE:
        return [run if kind == _PICTURE else _key(run)[:LONGEST]]
    letters = list(map(_folds.__getitem__, "".join(run.split())))
    return [*map(add, letters, letters[1:]), letters[-1]]


def _key(word: str) -> str:
    return "".join(map(_folds.__getitem__, word))


class _Remembered(dict[str, str]):
    """What a function says of a character; of the most frequent ones, whatever people write."""

    def __init__(self, of: Callable[[str], str]) -> None:
        self._of = of

    def __missing__(self, character: str) -> str:
        if len(self) > MOST_REMEMBERED:
            self.clear()
        self[character] = said = self._of(character)
        return said


def _kind(character: str) -> str:
    if stands_alone(character):
        return _ALONE if is_letter(character) else _NOTHING
    if is_letter(character):
        return _WORD
    if character.isspace():
        return _SPACE
    return _PICTURE if unicodedata.category(character) == "So" else _NOTHING


def _fold(character: str) -> str:
    parts = unicodedata.normalize("NFKD", folded(character))
    bare = "".join(part for part in parts if part not in _ACCENTS and is_letter(part))
    return unicodedata.normalize("NFC", bare)


_kinds, _folds = _Remembered(_kind), _Remembered(_fold)
