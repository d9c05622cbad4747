"""A vocabulary's words as a form: rows as somebody left them, right or wrong."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest

from django.http import QueryDict

from subtitles.pages.vocabularies.sentences import fault_words
from subtitles.speech import clean_text
from subtitles.vocabularies.words import MOST_WORDS, USUAL_WEIGHT, Fault, Hotword, fault

SPARE = 3
"""Empty rows at the end."""


@dataclass(frozen=True, slots=True)
class Row:
    text: str = ""
    weight: str = str(USUAL_WEIGHT)
    language: str = ""
    fault: str = ""
    """One sentence; empty = it is fine."""

    @property
    def word(self) -> Hotword:
        weight = int(self.weight) if self.weight.isascii() and self.weight.isdigit() and len(self.weight) < 4 else 0
        return Hotword(clean_text(self.text), weight, self.language)


def rows_of(words: Iterable[Hotword]) -> list[Row]:
    return [Row(word.text, str(word.weight), word.language) for word in words]


def posted(data: QueryDict, languages: Container[str]) -> list[Row]:
    """Rows without a word are gone; the others say what is wrong with them. `remove` names a row by its number."""
    columns = (data.getlist("text"), data.getlist("weight"), data.getlist("language"))
    gone = data.get("remove", "")
    rows = [
        Row(text or "", weight or str(USUAL_WEIGHT), language or "")
        for number, (text, weight, language) in enumerate(zip_longest(*columns), 1)
        if (text or "").strip() and str(number) != gone
    ]
    return [_checked(row, number, languages) for number, row in enumerate(rows)]


def with_spare(rows: list[Row]) -> list[Row]:
    return rows + [Row()] * min(SPARE, max(0, MOST_WORDS - len(rows)))


def _checked(row: Row, number: int, languages: Container[str]) -> Row:
    found = fault(row.word)
    if found is None and row.language and row.language not in languages:
        found = Fault.LANGUAGE
    if number >= MOST_WORDS:
        found = Fault.FULL
    return replace(row, fault=fault_words(found) if found else "")
