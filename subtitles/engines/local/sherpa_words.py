"""Words with times, out of a model's tokens. Standard library only."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from subtitles.speech import Word

LONGEST_TOKEN_MS = 400
"""A token's end is not told: the next one's begin, but no later than this."""
_CONTINUED = "@@"
_SPACES = " ▁"
_NEVER = 1 << 62


def words(tokens: Sequence[str], seconds: Sequence[float], origin_ms: int) -> tuple[Word, ...]:
    """`seconds` count from `origin_ms`. Pieces of a word are joined, each Chinese character is a word of its own, and
    marks go with the word before them. No times, no words."""
    if not tokens or len(tokens) != len(seconds):
        return ()
    begins = [origin_ms + round(1000 * second) for second in seconds]
    ends = [min(later, begin + LONGEST_TOKEN_MS) for begin, later in zip(begins, [*begins[1:], _NEVER], strict=True)]
    made: list[Word] = []
    for token, begin, end, starts in zip(tokens, begins, ends, _starts(tokens), strict=True):
        if text := token.strip(_SPACES).removesuffix(_CONTINUED):
            _add(made, Word(begin, max(begin, end), text), starts)
    return tuple(made)


def _starts(tokens: Sequence[str]) -> list[bool]:
    """Which tokens begin a word: those with a space in front, or, where none has one, those after a whole word."""
    if any(token.startswith(tuple(_SPACES)) for token in tokens):
        return [token.startswith(tuple(_SPACES)) for token in tokens]
    return [not before.endswith(_CONTINUED) for before in ("", *tokens[:-1])]


def _add(made: list[Word], word: Word, starts: bool) -> None:
    last = made[-1] if made else None
    if last and all(map(_is_mark, word.text)):
        made[-1] = replace(last, punctuation=last.punctuation + word.text)
    elif last and not starts and not last.punctuation and _is_alphabetic(last.text[-1] + word.text[0]):
        made[-1] = Word(last.begin_ms, word.end_ms, last.text + word.text)
    else:
        made.append(word)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("P") and character != "'"


def _is_alphabetic(text: str) -> bool:
    """Of a script that puts spaces between its words."""
    return all(
        (character.isalnum() or character == "'") and unicodedata.east_asian_width(character) not in ("W", "F")
        for character in text
    )
