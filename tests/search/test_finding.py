from __future__ import annotations

from typing import Any

import pytest

from subtitles.models import Sentence, Transcript
from subtitles.search import finding, index
from subtitles.search.finding import find
from subtitles.search.query import parse
from tests.search.talk import fill


@pytest.fixture
def said(db: Any) -> None:
    """Twenty times the same, after the usual."""
    fill()
    transcript = Transcript.objects.get()
    Sentence.objects.bulk_create(
        Sentence(transcript=transcript, number=number, begin_ms=0, end_ms=0, text="Again and again", speaker="Ann")
        for number in range(100, 120)
    )
    while index.catch_up():
        pass


def test_pages_follow_one_another_without_a_hole(said: None) -> None:
    numbers, before, pages = [], None, 0
    while pages == 0 or before is not None:
        found = find(parse("again"), Sentence.objects.all(), before=before, most=7)
        numbers += [hit.number for hit in found.hits]
        before, pages = found.next, pages + 1
    assert (numbers, pages) == (list(range(119, 99, -1)), 3)


def test_a_filter_that_leaves_little_is_looked_through_to_the_end(said: None) -> None:
    Sentence.objects.filter(number=100).update(speaker="Bob")
    found = find(parse("again"), Sentence.objects.filter(speaker="Bob"), most=1)
    assert [hit.number for hit in found.hits] == [100]
    assert not found.gave_up


def test_the_effort_has_an_end_and_says_where(said: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_LOOKED_AT", 4)
    among = Sentence.objects.filter(number=100)
    found = find(parse("again"), among, most=1)
    assert (found.hits, found.gave_up) == ([], True)
    monkeypatch.undo()
    assert [hit.number for hit in find(parse("again"), among, before=found.next).hits] == [100]


def test_no_words_find_nothing(said: None) -> None:
    assert find(parse(" !? "), Sentence.objects.all()) == finding.Found([])
