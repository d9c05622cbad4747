"""What every room of the house says about speech. Standard library only.

Times are whole milliseconds. In an engine they count from the first sample sent to the stream; everywhere else from
the first sample of the recording.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

SAMPLE_RATE = 16_000
BYTES_PER_SAMPLE = 2
MAX_SENTENCE_CHARACTERS = 2_000
MAX_COMBINING_MARKS = 8

# Characters that reorder or hide text (bidirectional embeddings, overrides and isolates; tag characters).
_HIDDEN = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE0000, 0xE0080), 0x200E, 0x200F, 0x061C, 0xFEFF}


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """How an engine wants its audio: signed 16-bit little-endian mono PCM at `sample_rate`."""

    sample_rate: int = SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Word:
    begin_ms: int
    end_ms: int
    text: str
    punctuation: str = ""


@dataclass(frozen=True, slots=True)
class InterimResult:
    """The open sentence so far: it replaces the interim before it; an empty text withdraws it."""

    text: str
    begin_ms: int = 0
    end_ms: int | None = None
    """End of the last word shown, where the engine knows it."""


@dataclass(frozen=True, slots=True)
class FinalResult:
    """A sentence that will not change: never empty, `0 <= begin_ms <= end_ms`."""

    begin_ms: int
    end_ms: int
    text: str
    words: tuple[Word, ...] = ()
    language: str = ""
    speaker: str = ""
    channel: int | None = None
    emotion: str = ""
    emotion_confidence: float | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What the engine says it will bill for this stream so far (cumulative seconds), and the id to quote to it."""

    billed_seconds: float
    request_id: str = ""


Result = InterimResult | FinalResult | UsageReport


class TimedText(Protocol):
    """Anything that files and comparisons can be made of."""

    @property
    def begin_ms(self) -> int: ...
    @property
    def end_ms(self) -> int: ...
    @property
    def text(self) -> str: ...


def samples_to_ms(samples: int) -> int:
    return samples * 1000 // SAMPLE_RATE


def ms_to_samples(ms: int) -> int:
    return ms * SAMPLE_RATE // 1000


def clean_text(text: str, limit: int = MAX_SENTENCE_CHARACTERS) -> str:
    """Recognised text as it may be kept and shown: one line, NFC, nothing that hides or reorders, at most `limit` long.

    Zero-width joiners stay: Persian, Indic scripts and emoji need them.
    """
    if len(text) <= limit and _is_plain(text):
        return " ".join(text.split())
    text = text[: limit * 4].encode("utf-8", "replace").decode("utf-8")
    visible = "".join(_visible(character) for character in text)
    # Composed after the removal: a hidden character between a letter and its marks would keep them apart.
    marked = _few_marks(unicodedata.normalize("NFC", visible))
    return " ".join("".join(marked).split())[:limit].rstrip()


def clean_word(text: str, limit: int = MAX_SENTENCE_CHARACTERS) -> str:
    """As `clean_text`, but spaces round it stay, because a sentence is its words put together."""
    if not text or (len(text) <= limit and "  " not in text and _is_plain(text)):
        return text
    cleaned = clean_text(text, limit)
    if not cleaned:
        return " " if text.isspace() else ""
    return f"{' ' * text[0].isspace()}{cleaned}{' ' * text[-1].isspace()}"


def _is_plain(text: str) -> bool:
    """Whether there is nothing to clean but spaces: nearly every text, at a tenth of the cost."""
    if not text.isprintable():
        return False
    if text.isascii():
        return True
    few = len(text) <= MAX_COMBINING_MARKS or not any(map(unicodedata.combining, text))
    return few and unicodedata.is_normalized("NFC", text)


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if ord(character) in _HIDDEN or unicodedata.category(character) == "Cc" else character


def _few_marks(characters: Iterable[str]) -> list[str]:
    kept: list[str] = []
    marks = 0
    for character in characters:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MAX_COMBINING_MARKS:
            kept.append(character)
    return kept
