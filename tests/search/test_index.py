from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subtitles.models import SearchChange, Sentence
from subtitles.search import index, tables
from subtitles.search.finding import find
from subtitles.search.query import parse
from tests.jobs.processes import program
from tests.search.talk import CHANGED, FOUND, after_changes, answers, fill
from tests.services import PostgreSQL


@pytest.fixture
def room(db: Any) -> int:
    return fill()


def test_each_query_finds_its_sentences_newest_first(room: int) -> None:
    assert answers(room) == FOUND


def test_what_is_corrected_hidden_or_deleted_is_found_so(room: int) -> None:
    assert after_changes(room) == CHANGED


def test_postgresql_finds_the_same(tmp_path: Path, postgres_server: PostgreSQL) -> None:
    address = postgres_server.new_database("search")
    found, changed = program("tests.search.talk", tmp_path, SUBTITLES_DATABASE_URL=address)
    # JSON has no lone surrogates of its own, but escapes.
    assert found == FOUND
    assert changed == CHANGED


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.one_of(st.characters(), st.sampled_from("\"'*:^()-+ ANDORNEAR的预👍")), max_size=30))
def test_no_query_is_an_error(room: int, words: str) -> None:
    query = parse(words)
    if query:
        index.matching(query, [room], None, 5)


def test_the_writing_pays_for_a_note_only(room: int) -> None:
    sentence = Sentence.objects.get(number=1)
    sentence.text = "Budget"
    sentence.save()
    assert list(SearchChange.objects.values_list("sentence_id", flat=True)) == [sentence.pk]
    assert index.waiting() == 1
    assert index.catch_up() == 1
    assert index.catch_up() == 0


def test_what_does_not_matter_to_a_search_is_not_noted(room: int) -> None:
    Sentence.objects.update(speaker="Ann", begin_ms=0)
    assert index.waiting() == 0


def test_sentences_from_before_the_search_are_read(room: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM subtitles_search")
    tables.note_all(connection)
    assert find(parse("budget"), Sentence.objects.all()).hits == []
    while index.catch_up():
        pass
    assert answers(room) == FOUND


def test_a_table_made_anew_has_its_triggers_again(room: int) -> None:
    tables.drop_triggers(connection)
    tables.after_migrating("default")
    tables.after_migrating("default")
    Sentence.objects.update(text="Budget")
    assert index.waiting() == Sentence.objects.count()
