"""How a sentence of a transcript looks wherever it is read: its words with their times, who said it, and how."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django import template

from subtitles.models import Sentence
from subtitles.pages import speakers
from subtitles.pages.transcribing import words

register = template.Library()
register.filter("speaker", speakers.title)


@dataclass(frozen=True, slots=True)
class Part:
    """A word with the punctuation after it and the space before it. Milliseconds."""

    begin: int
    end: int
    text: str

    @property
    def times(self) -> str:
        return f"{self.begin / 1000:.2f}–{self.end / 1000:.2f} s"


@register.inclusion_tag("_sentence_marks.html")
def sentence_marks(sentence: Sentence, language: str = "") -> dict[str, object]:
    """`language` is what is spoken where the sentence itself does not say."""
    return {
        "sentence": sentence,
        "language": sentence.language or language,
        "speaker": speakers.title(sentence.speaker),
        "parts": parts(sentence),
        "emotion": words.emotion(sentence.emotion) if sentence.emotion else "",
        "events": [(event, words.event(event)) for event in sentence.events],
    }


def parts(sentence: Sentence) -> list[Part]:
    """Its text in words with their times; empty where they are not the words of this text: then the text counts."""
    found, at = [], 0
    for begin, end, text, mark in sentence.words:
        word = (text + mark).strip()
        start = sentence.text.find(word, at)
        if sentence.text[at : max(at, start)].strip() or start < at:
            return []
        found.append(Part(begin, end, sentence.text[at : start + len(word)]))
        at = start + len(word)
    return [] if sentence.text[at:].strip() else found


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """`0.0048 CNY`: small amounts with as many places as they need to be seen."""
    places = "0.01" if amount >= 1 or amount == 0 else "0.0001"
    return f"{amount.quantize(Decimal(places))} {currency}"
