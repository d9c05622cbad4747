"""Putting words into a sentence, and taking them out, without losing the times of the others."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from subtitles.compare.timing import Unit, as_words, fit
from subtitles.compare.words import is_letter, stands_alone
from subtitles.speech import FinalResult, Word

_COMMAS = "，、,;；"
_CLOSING = _COMMAS + "。.！!？?：:"


def words_of(sentence: FinalResult, begin: int = 0, end: int | None = None) -> list[Word]:
    """The words, with times, of a stretch of the sentence's text; one that is cut through keeps its share of time."""
    end = len(sentence.text) if end is None else end
    units = fit(sentence.text, sentence.words, sentence.begin_ms, sentence.end_ms)
    return [
        Word(_time_at(unit, begin), _time_at(unit, end), sentence.text[max(unit.begin, begin) : min(unit.end, end)])
        for unit in units
        if unit.begin < end and unit.end > begin
    ]


def _time_at(unit: Unit, place: int) -> int:
    inside = min(max(place, unit.begin), unit.end) - unit.begin
    return unit.begin_ms + (unit.end_ms - unit.begin_ms) * inside // (unit.end - unit.begin)


def spliced(sentence: FinalResult, begin: int, end: int, text: str, words: Sequence[Word]) -> FinalResult:
    """`text[begin:end]` of the sentence replaced by another text and its words. The text may become empty.

    All other words keep their times; new ones stay between them. At its edges the sentence grows to hold new words.
    """
    whole = joined(joined(sentence.text[:begin], text), sentence.text[end:])
    before, after = words_of(sentence, 0, begin), words_of(sentence, end)
    first = min([sentence.begin_ms, *(word.begin_ms for word in words if not before)])
    last = max([sentence.end_ms, *(word.end_ms for word in words if not after)])
    new = _between(words, before[-1].end_ms if before else first, after[0].begin_ms if after else last)
    return timed(replace(sentence, begin_ms=first, end_ms=last), whole, [*before, *new, *after])


def _between(words: Sequence[Word], first: int, last: int) -> list[Word]:
    return [
        replace(word, begin_ms=min(max(word.begin_ms, first), last), end_ms=min(max(word.end_ms, first), last))
        for word in words
    ]


def timed(sentence: FinalResult, text: str, words: Sequence[Word]) -> FinalResult:
    """The sentence with another text; those of `words` that stand in it keep their times."""
    units = fit(text, words, sentence.begin_ms, sentence.end_ms)
    return replace(sentence, text=text, words=as_words(text, units))


def united(sentences: Iterable[tuple[str, Sequence[Word]]]) -> tuple[str, list[Word]]:
    """Several texts with their words as one."""
    text, words = "", []
    for part, its_words in sentences:
        text = f"{text}{'' if _wide(text[-1:]) or _wide(part[:1]) else ' '}{part}".strip()
        words.append(its_words)
    return text, list(chain.from_iterable(words))


def joined(left: str, right: str) -> str:
    """Two stretches as one text: a space where words need one, no doubled comma where something was taken out."""
    spaced = left[-1:].isspace() or right[:1].isspace()
    left, right = left.rstrip(), right.lstrip()
    if not left:
        return right.lstrip(_COMMAS + " ")
    if right[:1] and right[0] in _CLOSING:
        return _punctuated(left, right)
    return f"{left} {right}".rstrip() if spaced or _would_merge(left[-1], right[:1]) else left + right


def _punctuated(left: str, right: str) -> str:
    """The stronger of two marks stays."""
    if left[-1] in _COMMAS:
        left = left[:-1].rstrip()
    return left + (right[1:] if left[-1:] in set(_CLOSING) and right[0] in _COMMAS else right)


def _would_merge(left: str, right: str) -> bool:
    return all(character and is_letter(character) and not stands_alone(character) for character in (left, right))


def _wide(character: str) -> bool:
    return not character or stands_alone(character) or unicodedata.east_asian_width(character) in "WF"
