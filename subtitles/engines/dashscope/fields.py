"""Reading what DashScope says, without any I/O: strict JSON, and the fields that its answers share.

Everything here raises `Malformed` for what it cannot take; its text names the place, never the content.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence

from subtitles.speech import Word, clean_word

MAX_WORDS = 2_000
MAX_MS = 10 * 24 * 3600 * 1000
_MAX_WORD_CHARACTERS = 200

_SURROGATE = re.compile("[\ud800-\udfff]")

Json = Mapping[str, object]


class Malformed(Exception):
    """The service said something that cannot be understood. The text names the place, never the content."""


def parse(frame: str | bytes, most: int) -> Json:
    """A JSON object of at most `most` characters or bytes, strictly: no NaN or Infinity, no number that overflows, not
    too deep. Unpaired surrogates are found by `text_of`."""
    if len(frame) > most:
        raise Malformed("too big")
    try:
        found = json.loads(frame, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(found, dict):
        raise Malformed("not an object")
    return found


def words_of(sentence: Json) -> list[Word]:
    entries = sentence.get("words") or []
    if not isinstance(entries, list):
        raise Malformed("words")
    return [_word(entry) for entry in entries[:MAX_WORDS]]


def _word(entry: object) -> Word:
    """Latin words carry their own space, before or after; joining `text + punctuation` must give the sentence."""
    if not isinstance(entry, dict):
        raise Malformed("words")
    begin_ms = ms_of(entry, "begin_time") or 0
    end_ms = max(begin_ms, ms_of(entry, "end_time") or 0)
    return Word(begin_ms, end_ms, _part(entry, "text"), _part(entry, "punctuation"))


def _part(word: Json, name: str) -> str:
    return clean_word(text_of(word, name), _MAX_WORD_CHARACTERS)


def within(words: Sequence[Word], begin_ms: int, end_ms: int) -> tuple[Word, ...]:
    """The words in order, none before the one in front of it, all inside their sentence."""
    kept: list[Word] = []
    at = begin_ms
    for word in words:
        if at <= word.begin_ms <= word.end_ms <= end_ms:
            kept.append(word)
            at = word.end_ms
            continue
        first = min(max(word.begin_ms, at), end_ms)
        at = min(max(word.end_ms, first), end_ms)
        kept.append(Word(first, at, word.text, word.punctuation))
    return tuple(kept)


def object_of(parent: Json, name: str) -> Json:
    value = parent.get(name)
    if not isinstance(value, dict):
        raise Malformed(name)
    return value


def objects_of(parent: Json, name: str, most: int = 1_000) -> list[Json]:
    """A list of at most `most` objects, empty when absent or null."""
    entries = parent.get(name) or []
    if not isinstance(entries, list) or len(entries) > most:
        raise Malformed(name)
    if not all(isinstance(entry, dict) for entry in entries):
        raise Malformed(name)
    return entries


def text_of(parent: Json, name: str) -> str:
    """A string, "" when absent or null."""
    value = parent.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(name)
    if not value.isascii() and _SURROGATE.search(value):
        raise Malformed(f"{name}: unpaired surrogate")
    return value


def number_of(parent: Json, name: str) -> float | None:
    """A number, None when absent, null, negative or of another type."""
    value = parent.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return None
    if value > MAX_MS:
        raise Malformed(f"{name}: out of range")
    return float(value)


def ms_of(parent: Json, name: str) -> int | None:
    whole = parent.get(name)
    if type(whole) is int and 0 <= whole <= MAX_MS:
        return whole
    value = number_of(parent, name)
    return None if value is None else round(value)


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("overflow")
    return value
