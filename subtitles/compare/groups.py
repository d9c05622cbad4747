"""Which sentences of one transcript say what which sentences of the other say: by their words first, then by time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from subtitles.compare.align import Step, steps
from subtitles.compare.sides import Side
from subtitles.speech import TimedText

BLOCK = 20_000
"""Words after which the next common silence ends a block: a recording of twelve hours is aligned in several."""
NEAR_MS = 2_000
"""How far apart two sentences may be and still be the same one on a few words' evidence."""
SHARE, SURE_SHARE, SURE_WORDS = 0.3, 0.7, 4
"""Of the shorter sentence's words, how many must match: near in time, or anywhere (engines that estimate times)."""

Link = tuple[int, int]


@dataclass(slots=True)
class Group:
    """Neighbouring sentences of A and of B that belong together; one side may be empty."""

    a: range
    b: range


def groups(a: Side, b: Side) -> tuple[list[Group], list[Step]]:
    """All sentences of both sides, in order, each in one group; and the steps between all words of A and of B."""
    aligned = list(_aligned(a, b))
    links = {link for link, count in _shared_words(aligned, a, b).items() if _same(*link, count, a, b)}
    for ours, theirs in _gaps(_tied(sorted(links)), a, b):
        links.update(_simultaneous(a.sentences, ours, b.sentences, theirs))
    found: list[Group] = []
    tied = _tied(sorted(links))
    for (ours, theirs), group in zip_longest(_gaps(tied, a, b), tied):
        found += _alone(a.sentences, ours, b.sentences, theirs)
        found += [group] if group else []
    return found, aligned


def _aligned(a: Side, b: Side) -> Iterator[Step]:
    a_at = b_at = 0
    for a_span, b_span in _blocks(a, b):
        ours, theirs = a.keys_in(a_span), b.keys_in(b_span)
        for equal, a_begin, a_end, b_begin, b_end in steps(ours, theirs):
            yield Step(equal, a_begin + a_at, a_end + a_at, b_begin + b_at, b_end + b_at)
        a_at, b_at = a_at + len(ours), b_at + len(theirs)


def _blocks(a: Side, b: Side) -> Iterator[tuple[range, range]]:
    """Both transcripts cut at moments when nobody speaks in either, every `BLOCK` words or so."""
    order = sorted(
        (sentence.begin_ms, sentence.end_ms, len(keys), number)
        for number, side in enumerate((a, b))
        for sentence, keys in zip(side.sentences, side.keys, strict=True)
    )
    begun, passed, words, silent_from = [0, 0], [0, 0], 0, 0
    for begin_ms, end_ms, length, number in order:
        if words >= BLOCK and begin_ms > silent_from:
            yield range(begun[0], passed[0]), range(begun[1], passed[1])
            begun, words = list(passed), 0
        passed[number] += 1
        words += length
        silent_from = max(silent_from, end_ms)
    yield range(begun[0], passed[0]), range(begun[1], passed[1])


def _shared_words(aligned: Iterable[Step], a: Side, b: Side) -> Counter[Link]:
    """How many equal words each pair of sentences has."""
    a_of, b_of = ([place for place, keys in enumerate(side.keys) for _ in keys] for side in (a, b))
    count: Counter[Link] = Counter()
    for step in aligned:
        if step.equal:
            count.update(zip(a_of[step.a_begin : step.a_end], b_of[step.b_begin : step.b_end], strict=True))
    return count


def _same(i: int, j: int, count: int, a: Side, b: Side) -> bool:
    """One stray word must not tie two sentences together that are minutes apart."""
    ours, theirs = a.sentences[i], b.sentences[j]
    share = count / min(len(a.keys[i]), len(b.keys[j]))
    near = ours.begin_ms <= theirs.end_ms + NEAR_MS and theirs.begin_ms <= ours.end_ms + NEAR_MS
    return (near and share >= SHARE) or (share >= SURE_SHARE and count >= SURE_WORDS)


def _tied(links: Iterable[Link]) -> list[Group]:
    """Linked sentences with everything between them; groups that reach into one another are one."""
    found: list[Group] = []
    for i, j in links:
        group = Group(range(i, i + 1), range(j, j + 1))
        while found and (found[-1].a.stop > group.a.start or found[-1].b.stop > group.b.start):
            group = _united(found.pop(), group)
        found.append(group)
    return found


def _united(one: Group, other: Group) -> Group:
    return Group(
        range(min(one.a.start, other.a.start), max(one.a.stop, other.a.stop)),
        range(min(one.b.start, other.b.start), max(one.b.stop, other.b.stop)),
    )


def _gaps(tied: Sequence[Group], a: Side, b: Side) -> Iterator[tuple[range, range]]:
    """What lies before each group, and after the last."""
    i = j = 0
    for group in [*tied, Group(range(len(a.keys), len(a.keys)), range(len(b.keys), len(b.keys)))]:
        yield range(i, group.a.start), range(j, group.b.start)
        i, j = group.a.stop, group.b.stop


def _simultaneous(a: Sequence[TimedText], ours: range, b: Sequence[TimedText], theirs: range) -> Iterator[Link]:
    """Sentences that share no words with anything, and those, or neighbours of theirs, that were spoken meanwhile."""
    first = max(theirs.start - 1, 0)
    for i in range(max(ours.start - 1, 0), min(ours.stop + 1, len(a))):
        while first < theirs.stop and b[first].end_ms <= a[i].begin_ms:
            first += 1
        for j in range(first, min(theirs.stop + 1, len(b))):
            if b[j].begin_ms >= a[i].end_ms:
                break
            if (i in ours or j in theirs) and _mostly_together(a[i], b[j]):
                yield i, j


def _mostly_together(one: TimedText, other: TimedText) -> bool:
    together = min(one.end_ms, other.end_ms) - max(one.begin_ms, other.begin_ms)
    return 2 * together >= min(one.end_ms - one.begin_ms, other.end_ms - other.begin_ms) > 0


def _alone(a: Sequence[TimedText], ours: range, b: Sequence[TimedText], theirs: range) -> Iterator[Group]:
    i, j = ours.start, theirs.start
    while i < ours.stop or j < theirs.stop:
        if j == theirs.stop or (i < ours.stop and a[i].begin_ms <= b[j].begin_ms):
            yield Group(range(i, i + 1), range(j, j))
            i += 1
        else:
            yield Group(range(i, i), range(j, j + 1))
            j += 1
