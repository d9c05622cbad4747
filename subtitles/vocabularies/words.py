"""What a hot word may be, and what a service gets of many. Pure.

Limits: Model Studio help, "Custom hot words" (see `subtitles.engines.dashscope.vocabularies`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum

from subtitles.engines.catalog import Model
from subtitles.engines.dashscope.vocabularies import (
    LONGEST_WORD,
    MOST_WORDS,
    USUAL_WEIGHT,
    WEIGHTS,
    Hotword,
    word_fault,
)
from subtitles.speech import clean_text

__all__ = ["LONGEST_WORD", "MOST_CHARACTERS", "MOST_WORDS", "USUAL_WEIGHT", "WEIGHTS", "Fault", "Hotword"]
MOST_CHARACTERS = 80
"""Of a word here: ours, so that a table stays one."""


class Fault(StrEnum):
    """Why something is not a hot word."""

    EMPTY = "empty"
    LONG = "long"
    WEIGHT = "weight"
    LANGUAGE = "language"
    QUOTES = "quotes"
    CELLS = "cells"
    FULL = "full"


def fault(word: Hotword) -> Fault | None:
    if not word.text or clean_text(word.text) != word.text:
        return Fault.EMPTY
    if len(word.text) > MOST_CHARACTERS or word_fault(replace(word, weight=USUAL_WEIGHT)):
        return Fault.LONG
    return None if word.weight in WEIGHTS else Fault.WEIGHT


def merged(words: Iterable[Hotword]) -> list[Hotword]:
    """Each word of a language once, where it stood first and with the weight that came last."""
    return list({(word.text, word.language): word for word in words}.values())


def fingerprint(words: Iterable[Hotword]) -> str:
    """The same for the same words, in whatever order."""
    rows = sorted((word.text, word.language, word.weight) for word in words)
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def fit_for(words: Sequence[Hotword], model: Model) -> list[Hotword]:
    """As this model is told them: a language that it does not know is left out, the word stays."""
    known = set(model.languages)
    told = [word if word.language in known else replace(word, language="") for word in words]
    return merged(sorted(told, key=lambda word: word.weight))


def phrases(words: Iterable[Hotword]) -> dict[str, int]:
    """For the first generation, which knows no languages: the highest weight of each text."""
    return {word.text: word.weight for word in sorted(words, key=lambda word: word.weight)}
