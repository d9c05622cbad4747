"""From a query to sentences, within a bounded effort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from subtitles.models import Sentence
from subtitles.search import index
from subtitles.search.query import Query

MOST_LOOKED_AT = 10_000
"""Sentences with the words, of which filters may leave few: then whoever asks is told, and may go on from there."""


@dataclass(frozen=True, slots=True)
class Found:
    hits: list[Sentence]
    """Newest first."""
    next: int | None = None
    """There may be more: ask again with this as `before`."""
    gave_up: bool = False
    """The effort came to its end before the page was full."""


def find(
    query: Query,
    among: QuerySet[Sentence],
    rooms: Sequence[int] | None = None,
    before: int | None = None,
    most: int = 50,
) -> Found:
    """Sentences of `among` in which all terms occur. `rooms` (None = all) makes the search itself smaller."""
    hits: list[Sentence] = []
    seen, at_once = 0, 4 * most
    while query and seen < MOST_LOOKED_AT:
        ids = index.matching(query, rooms, before, at_once)
        hits += among.filter(pk__in=ids).order_by("-pk")
        if len(hits) > most:
            return Found(hits[:most], hits[most - 1].pk)
        if len(ids) < at_once:
            return Found(hits)
        seen, before, at_once = seen + len(ids), ids[-1], min(4 * at_once, 5_000)
    return Found(hits, before, gave_up=bool(query))
