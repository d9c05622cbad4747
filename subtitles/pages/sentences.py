"""A text to be read: its sentences, a page at a time."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from subtitles.models import Sentence
from subtitles.pages.render import PageRequest

ON_A_PAGE = 300


def shown(request: PageRequest, sentences: QuerySet[Sentence]) -> Page[Sentence]:
    """The page that the address asks for."""
    return Paginator(sentences, ON_A_PAGE).get_page(request.GET.get("page"))


def page_with(before: int) -> int:
    """The number of the page with the sentence that has so many before it."""
    return before // ON_A_PAGE + 1
