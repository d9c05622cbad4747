"""The index: sentences as tokens. It keeps up behind the writing, which pays for a note only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from subtitles.models import SearchChange, Sentence
from subtitles.search.query import Query
from subtitles.search.tokens import tokens

ROWS_A_TRANSACTION = 25
"""On SQLite nothing else is written meanwhile: a live sentence would wait."""
PAGES_A_MERGE = 16
"""Keeps the number of FTS5's segments where it is, and a transaction below 15 ms, with a million sentences."""
_ROOM = "\ue000"
"""Before a room's number: a character that no token has, and that no tokenizer knows."""
_LOCK = 0x5EA2C4
"""PostgreSQL: who indexes. Two at once could keep the older of two texts."""


def catch_up(most: int = ROWS_A_TRANSACTION) -> int:
    """Reads the next changes, in one transaction; how many. 0 = nothing to do, or another process does it."""
    if not SearchChange.objects.exists():
        return 0
    with transaction.atomic():
        if not _is_mine():
            return 0
        changes = dict(SearchChange.objects.order_by("id").values_list("id", "sentence_id")[:most])
        _index(set(changes.values()))
        _tidy(len(changes))
        SearchChange.objects.filter(pk__in=changes).delete()
    return len(changes)


def waiting() -> int:
    """Changes that the index does not know yet."""
    return SearchChange.objects.count()


def matching(query: Query, rooms: Sequence[int] | None, before: int | None, most: int) -> list[int]:
    """Ids of sentences, newest first, below `before`; of these rooms, or of all. Some may be gone meanwhile."""
    if rooms is not None and not rooms:
        return []
    below = _ANY if before is None else before
    if connection.vendor == "sqlite":
        return _ids(_FTS5, [_fts5(query, rooms), below, most])
    wanted = _tsquery(query, rooms)
    newest = _ids(_NEWEST, [below, NEWEST_FOR_EACH * most, wanted, most])
    return newest if len(newest) == most else _ids(_GIN, [wanted, below, most])


def _ids(statement: str, values: Sequence[str | int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [pk for (pk,) in cursor.fetchall()]


_ANY = 2**62
_FTS5 = """
    SELECT rowid FROM subtitles_search WHERE subtitles_search MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s
"""
# PostgreSQL's index knows no order: what is frequent is quickly found among the newest, what is rare through the index.
# Left to itself the planner guesses how frequent the beginning of a word is, and reads the whole table for a rare one.
NEWEST_FOR_EACH = 50
_NEWEST = """
    SELECT sentence_id FROM (
        SELECT sentence_id, tokens FROM subtitles_search WHERE sentence_id < %s ORDER BY sentence_id DESC LIMIT %s
    ) AS newest WHERE tokens @@ %s::tsquery ORDER BY sentence_id DESC LIMIT %s
"""
_GIN = """
    WITH found AS MATERIALIZED (
        SELECT sentence_id FROM subtitles_search WHERE tokens @@ %s::tsquery AND sentence_id < %s
    ) SELECT sentence_id FROM found ORDER BY sentence_id DESC LIMIT %s
"""


# --- writing ----------------------------------------------------------------------------------------------------------


def _is_mine() -> bool:
    if connection.vendor == "sqlite":
        return True  # a transaction has the database to itself
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _index(ids: Iterable[int]) -> None:
    found = Sentence.objects.filter(pk__in=ids, hidden=False)
    rows = list(found.values_list("pk", "transcript__session__room_id", "text"))
    gone = set(ids) - {pk for pk, _, _ in rows}
    with connection.cursor() as cursor:
        cursor.executemany(_ERASE[connection.vendor], [[pk] for pk in gone])
        cursor.executemany(_WRITE[connection.vendor], [[pk, _entry(room, text)] for pk, room, text in rows])


def _tidy(written: int) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            pages = max(PAGES_A_MERGE, written)
            cursor.execute("INSERT INTO subtitles_search (subtitles_search, rank) VALUES ('merge', %s)", [pages])


_ERASE = {
    "sqlite": "DELETE FROM subtitles_search WHERE rowid = %s",
    "postgresql": "DELETE FROM subtitles_search WHERE sentence_id = %s",
}
_WRITE = {
    "sqlite": "INSERT OR REPLACE INTO subtitles_search (rowid, tokens) VALUES (%s, %s)",
    "postgresql": """
        INSERT INTO subtitles_search (sentence_id, tokens) VALUES (%s, %s::tsvector)
        ON CONFLICT (sentence_id) DO UPDATE SET tokens = EXCLUDED.tokens
    """,
}


def _entry(room: int, text: str) -> str:
    keys = [f"{_ROOM}{room}", *(token.key for token in tokens(text))]
    if connection.vendor == "sqlite":
        return " ".join(keys)
    return " ".join(f"'{key}':{place}" for place, key in enumerate(keys, 1))


# --- asking -----------------------------------------------------------------------------------------------------------
# Tokens are letters, marks, digits and pictographs: nothing in them ends a string of either language.


def _fts5(query: Query, rooms: Sequence[int] | None) -> str:
    terms = [f'"{" ".join(term.keys)}"{" *" if term.is_open else ""}' for term in query.terms]
    if rooms is not None:
        terms.append("(" + " OR ".join(f'"{_ROOM}{room}"' for room in rooms) + ")")
    return " AND ".join(terms)


def _tsquery(query: Query, rooms: Sequence[int] | None) -> str:
    terms = [" <-> ".join(f"'{key}'" for key in term.keys) + (":*" if term.is_open else "") for term in query.terms]
    if rooms is not None:
        terms.append(" | ".join(f"'{_ROOM}{room}'" for room in rooms))
    return " & ".join(f"({term})" for term in terms)
