"""Words that somebody corrects again and again: the recogniser should expect them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from subtitles.compare.align import steps
from subtitles.compare.words import Token, stands_alone, tokens
from subtitles.models import Revision, Transcript, User
from subtitles.vocabularies.words import Fault, Hotword, fault

AT_LEAST = 2
MOST_OFFERS = 12
MOST_SENTENCES = 1_000
"""The newest that were corrected: what somebody stopped correcting is no news, and 3,000 take half a second."""
_SHORTEST = 2
"""Characters. A single one is no name, and mostly the half of a word."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a sentence was before somebody edited it, and what it is now."""

    before: str
    after: str
    words: tuple[str, ...] = ()
    """Of `after`, as the recogniser cuts it: scripts without spaces need it to tell where a word ends."""


@dataclass(frozen=True, slots=True)
class Offer:
    text: str
    times: int
    instead_of: tuple[str, ...]
    """What stood there, the most frequent first."""


def offers(corrections: Iterable[Correction], known: Iterable[str]) -> list[Offer]:
    """What was put in place of something else at least twice and is not known yet, the most frequent first. Pure."""
    have = [f" {_key(tokens(text))} " for text in known]
    written: dict[str, Counter[str]] = defaultdict(Counter)
    replaced: dict[str, Counter[str]] = defaultdict(Counter)
    for correction in corrections:
        for was, becomes in _replacements(correction):
            key = _key(tokens(becomes))
            written[key][becomes] += 1
            replaced[key][was] += 1
    found = [
        Offer(texts.most_common(1)[0][0], texts.total(), tuple(was for was, _ in replaced[key].most_common(3)))
        for key, texts in written.items()
        if texts.total() >= AT_LEAST and not any(f" {key} " in whole for whole in have)
    ]
    return sorted(found, key=lambda offer: -offer.times)[:MOST_OFFERS]


def corrections_of(owner: User) -> Iterator[Correction]:
    """Of everything in the owner's rooms, from what was recognised to what stands there now. One query."""
    rows = (
        Revision.objects.filter(
            revision=1,
            sentence__transcript__kind=Transcript.Kind.EDITED,
            sentence__transcript__session__room__owner=owner,
        )
        .order_by("-pk")
        .values_list("kept__text", "sentence__text", "sentence__words")[:MOST_SENTENCES]
    )
    for before, after, words in rows:
        if isinstance(before, str) and before != after:
            yield Correction(before, after, tuple(str(word[2]) for word in words if len(word) > 2))


def _replacements(correction: Correction) -> Iterator[tuple[str, str]]:
    """What stood there, and what stands there now; the differences within one word are one."""
    found: list[tuple[int, int, int, int]] = []
    for was, becomes in _differences(correction):
        begin, end = becomes
        if found and begin < found[-1][3]:
            was, begin = (found[-1][0], was[1]), found.pop()[2]
        found.append((*was, begin, end))
    for was_begin, was_end, begin, end in found:
        text = correction.after[begin:end].strip()
        if len(text) >= _SHORTEST and _is_word(text):
            yield correction.before[was_begin:was_end], text


def _differences(correction: Correction) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where something was put in place of something else, in both texts; in the new one whole words."""
    before, after = tokens(correction.before), tokens(correction.after)
    for step in steps([token.key for token in before], [token.key for token in after]):
        if not step.equal and step.a_end > step.a_begin and step.b_end > step.b_begin:
            was, becomes = _stretch(before, step.a_begin, step.a_end), _stretch(after, step.b_begin, step.b_end)
            if stands_alone(correction.after[becomes[0]]):
                begin, end = _whole_words(correction, *becomes)
                # Beside a difference both texts are the same.
                was = (max(0, was[0] - becomes[0] + begin), was[1] - becomes[1] + end)
                becomes = (begin, end)
            yield was, becomes


def _stretch(found: Sequence[Token], begin: int, end: int) -> tuple[int, int]:
    return found[begin].begin, found[end - 1].end


def _whole_words(correction: Correction, begin: int, end: int) -> tuple[int, int]:
    """The stretch, grown to the words that it touches."""
    at = 0
    for word in correction.words:
        place = correction.after.find(word, at)
        if place < 0:
            continue
        at = place + len(word)
        if place < end and at > begin:
            begin, end = min(begin, place), max(end, at)
    return begin, end


def _is_word(text: str) -> bool:
    return fault(Hotword(text)) not in (Fault.EMPTY, Fault.LONG) and any(character.isalpha() for character in text)


def _key(found: Sequence[Token]) -> str:
    return " ".join(token.key for token in found)
