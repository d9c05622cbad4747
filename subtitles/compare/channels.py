"""Recordings with several channels: who speaks at once has no common order, so each channel is compared alone."""

from __future__ import annotations

from collections.abc import Sequence

from subtitles.compare.align import Figures
from subtitles.compare.diff import Change, Comparison, Row, compare
from subtitles.speech import FinalResult


def order(channel: int | None) -> int:
    """What a transcript of several channels is sorted by for `compare_channels`."""
    return -1 if channel is None else channel


def channels_of(sentences: Sequence[FinalResult]) -> list[int | None]:
    return sorted({sentence.channel for sentence in sentences}, key=order)


def compare_channels(a: Sequence[FinalResult], b: Sequence[FinalResult]) -> Comparison:
    """As `compare`; where both have the same channels, and stand in their order, one channel after the other."""
    channels = channels_of(a)
    if len(channels) < 2 or channels != channels_of(b):
        return compare(a, b)
    whole = Comparison((), (), (), (), Figures(0, 0, 0, 0))
    for channel in channels:
        ours, theirs = ([said for said in side if said.channel == channel] for side in (a, b))
        whole = _joined(whole, compare(ours, theirs))
    return whole


def _joined(first: Comparison, second: Comparison) -> Comparison:
    rows = tuple(_moved(row, len(first.a), len(first.b), len(first.changes)) for row in second.rows)
    changes = tuple(Change(change.row + len(first.rows), change.words) for change in second.changes)
    counts = zip(_counts(first.figures), _counts(second.figures), strict=True)
    return Comparison(
        first.a + second.a,
        first.b + second.b,
        first.rows + rows,
        first.changes + changes,
        Figures(*(one + other for one, other in counts)),
    )


def _moved(row: Row, a: int, b: int, changes: int) -> Row:
    return Row(row.kind, _on(row.a, a), _on(row.b, b), _on(row.changes, changes))


def _on(span: range, by: int) -> range:
    return range(span.start + by, span.stop + by)


def _counts(figures: Figures) -> tuple[int, int, int, int]:
    return figures.words, figures.substituted, figures.deleted, figures.inserted
