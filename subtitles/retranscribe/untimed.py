"""Times for a text that came without any: the live transcript says when its words were spoken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from subtitles.compare.align import steps
from subtitles.compare.timing import Unit, as_words, fit, shared
from subtitles.compare.words import Token, tokens
from subtitles.engines.lines import unhurried
from subtitles.speech import FinalResult

ESTIMATED = "estimated-time"
"""Among a sentence's events: some of its words have no partner, and times that were only estimated."""
LEAST_SHARE = 0.4
"""Of the words must have a partner; otherwise it is another text, and every time would be a guess."""
PACE_MS = 350
"""For an estimated word, where there is room for more: a speaker says about three in a second."""


class Spoken(NamedTuple):
    """A word with its times, by the key that `compare.words` gives it."""

    key: str
    begin_ms: int
    end_ms: int


class _Word(NamedTuple):
    sentence: int
    token: Token


@dataclass(frozen=True, slots=True)
class Placed:
    sentences: tuple[FinalResult, ...]
    words: int
    matched: int
    """How many of the words have a partner."""


def spoken_words(sentences: Sequence[FinalResult]) -> list[Spoken]:
    """The words of sentences that have times, each as often as it was said, in order."""
    return [word for sentence in unhurried(sentences) for word in _spoken(sentence)]


def place(texts: Sequence[str], spoken: Sequence[Spoken], begin_ms: int, end_ms: int) -> Placed:
    """The texts as sentences between `begin_ms` and `end_ms`, in order and without overlap.

    A word that also stands in `spoken` is given its times; what stands between two such words is estimated.
    """
    words = [_Word(number, token) for number, text in enumerate(texts) for token in tokens(text)]
    partners = _partners([word.token.key for word in words], [word.key for word in spoken])
    known = {at: (spoken[partner].begin_ms, spoken[partner].end_ms) for at, partner in partners.items()}
    times = _all_times(words, known, begin_ms, end_ms)
    by_sentence: dict[int, list[int]] = defaultdict(list)
    for at, word in enumerate(words):
        by_sentence[word.sentence].append(at)
    sentences = tuple(
        _sentence(texts[number], [(words[at].token, *times[at]) for at in places], all(at in known for at in places))
        for number, places in by_sentence.items()
    )
    return Placed(sentences, len(words), len(known))


def _spoken(sentence: FinalResult) -> Iterator[Spoken]:
    text = sentence.text
    for unit in fit(text, sentence.words, sentence.begin_ms, sentence.end_ms):
        found = tokens(text[unit.begin : unit.end])
        stretches = [(unit.begin + token.begin, unit.begin + token.end) for token in found]
        for token, part in zip(found, shared(text, stretches, unit.begin_ms, unit.end_ms), strict=True):
            yield Spoken(token.key, part.begin_ms, part.end_ms)


def _partners(ours: Sequence[str], theirs: Sequence[str]) -> dict[int, int]:
    """Which of their words each of ours is, where it is one of them."""
    numbers: dict[str, int] = {}
    a, b = ([numbers.setdefault(key, len(numbers)) for key in keys] for keys in (ours, theirs))
    found: dict[int, int] = {}
    for step in steps(a, b):
        if step.equal:
            found |= zip(range(step.a_begin, step.a_end), range(step.b_begin, step.b_end), strict=True)
    return found


def _all_times(
    words: Sequence[_Word], known: dict[int, tuple[int, int]], begin_ms: int, end_ms: int
) -> list[tuple[int, int]]:
    times: list[tuple[int, int]] = []
    places = [*sorted(known), len(words)]
    said_until = begin_ms
    for place in places:
        begin, end = known.get(place, (end_ms, end_ms))
        begin = min(max(begin, said_until), max(end_ms, said_until))
        times += _estimated(words, len(times), place, said_until, begin)
        if place < len(words):
            said_until = min(max(end, begin), max(end_ms, begin))
            times.append((begin, said_until))
    return times


def _estimated(words: Sequence[_Word], first: int, last: int, begin_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """Times of `words[first:last]`, none of which has a partner. Where there is more room than they need they stay
    close to the words of their own sentence."""
    if end_ms - begin_ms <= (last - first) * PACE_MS or first == 0 == len(words) - last:
        return _spread(last - first, begin_ms, end_ms)
    if first == 0:
        return _spread(last, end_ms - last * PACE_MS, end_ms)
    if last == len(words):
        return _spread(last - first, begin_ms, begin_ms + (last - first) * PACE_MS)
    before = sum(word.sentence == words[first - 1].sentence for word in words[first:last])
    after = sum(word.sentence == words[last].sentence for word in words[first + before : last])
    left, right = begin_ms + before * PACE_MS, end_ms - after * PACE_MS
    between = _spread(last - first - before - after, left, right)
    return [*_spread(before, begin_ms, left), *between, *_spread(after, right, end_ms)]


def _spread(count: int, begin_ms: int, end_ms: int) -> list[tuple[int, int]]:
    edges = [begin_ms + (end_ms - begin_ms) * part // max(count, 1) for part in range(count + 1)]
    return list(pairwise(edges))


def _sentence(text: str, words: Sequence[tuple[Token, int, int]], certain: bool) -> FinalResult:
    units = [Unit(token.begin, token.end, begin_ms, end_ms) for token, begin_ms, end_ms in words]
    events = () if certain else (ESTIMATED,)
    return FinalResult(units[0].begin_ms, units[-1].end_ms, text, as_words(text, units), events=events)
