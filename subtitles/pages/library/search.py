"""Finding what was said, and going there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from subtitles.access import rooms_for
from subtitles.editing.transcripts import published
from subtitles.models import Sentence, Transcript
from subtitles.pages import sentences
from subtitles.pages.library.filters import SearchFilters
from subtitles.pages.render import PageRequest, page
from subtitles.pages.row_number import row_number
from subtitles.search import index
from subtitles.search.finding import Found, find
from subtitles.search.query import LONGEST, Query, marked, parse

HITS_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Hit:
    sentence: Sentence
    pieces: list[tuple[str, bool]]
    """The text, each piece with whether it was looked for."""


@login_required
@require_safe
def search(request: PageRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:LONGEST]
    query, filters = parse(words), SearchFilters(request.user, request.GET)
    found = _found(query, filters, row_number(request.GET.get("before", "")))
    context = {
        "words": words,
        "nothing_to_find": bool(words.strip()) and not query,
        "filters": filters,
        "hits": [Hit(sentence, marked(sentence.text, query)) for sentence in found.hits],
        "found": found,
        "more": _more(request, found),
        "behind": index.waiting(),
    }
    return page(request, "search", context)


def _found(query: Query, filters: SearchFilters, before: int | None) -> Found:
    if not query:
        return Found([])
    with suppress(DatabaseError):  # somebody else writes: the index follows
        index.catch_up()  # what was corrected a moment ago is found at once
    return find(query, filters.sentences(), filters.searched_rooms(), before, HITS_ON_A_PAGE)


def _more(request: PageRequest, found: Found) -> str:
    if found.next is None:
        return ""
    values = request.GET.copy()
    values["before"] = str(found.next)
    return f"?{values.urlencode()}"


@login_required
@require_safe
def moment(request: PageRequest, pk: int) -> HttpResponse:
    """To a sentence where it can be read, with the time for the player."""
    mine = Sentence.objects.filter(hidden=False, transcript__session__room__in=rooms_for(request.user))
    sentence = get_object_or_404(mine.select_related("transcript__session__room"), pk=pk)
    values = {"page": sentences.page_with(_place(sentence)), "t": sentence.begin_ms}
    return redirect(f"{_page_of(sentence.transcript)}?{urlencode(values)}#s{sentence.number}")


def _page_of(transcript: Transcript) -> str:
    """The session's own page shows the published one, beside the player."""
    place = [transcript.session.room.slug, transcript.session.pk]
    if transcript == published(transcript.session):
        return reverse("session", args=place)
    return reverse("transcript", args=[*place, transcript.pk])


def _place(sentence: Sentence) -> int:
    """How many stand before it in its transcript."""
    others = Sentence.objects.filter(transcript=sentence.transcript_id, hidden=False)
    earlier = others.filter(begin_ms__lt=sentence.begin_ms).count()
    return earlier + others.filter(begin_ms=sentence.begin_ms, number__lt=sentence.number).count()
