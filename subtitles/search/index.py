"""The index: sentences as tokens. It keeps up behind the writing, which pays for a note only."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from subtitles.models import SearchChange
from subtitles.search.query import Query
from subtitles.search.tokens import keys

ROWS_A_TRANSACTION = 50
"""On SQLite nothing else is written meanwhile: a live sentence would wait."""
PAGES_A_MERGE = 16
"""At least; else one for two sentences: FTS5's segments stay as few as with one for each, at less cost."""
_ROOM = "\ue000"
"""Before a room's number: a character that no token has, and that no tokenizer knows."""
_LOCK = 0x5EA2C4
"""PostgreSQL: who indexes. Two at once could keep the older of two texts."""


def catch_up(most: int = ROWS_A_TRANSACTION) -> int:
    """Reads the next changes, in one transaction; how many. 0 = nothing to do, or another process does it."""
    with connection.cursor() as cursor:
        cursor.execute(_ANYTHING)
        if cursor.fetchone() is None:
            return 0
        with transaction.atomic():
            return _next(cursor, most) if _is_mine(cursor) else 0


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


def _is_mine(cursor: CursorWrapper) -> bool:
    if connection.vendor == "sqlite":
        return True  # a transaction has the database to itself
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    return bool(cursor.fetchone()[0])


def _next(cursor: CursorWrapper, most: int) -> int:
    cursor.execute(_CHANGED, [most])
    changes = cursor.fetchall()
    said = {pk: (pk, _entry(room, text)) for _, pk, room, text in changes if room is not None}
    gone = {pk for _, pk, *_ in changes} - said.keys()
    cursor.executemany(_ERASE[connection.vendor], [[pk] for pk in gone])
    cursor.executemany(_WRITE[connection.vendor], list(said.values()))
    _tidy(cursor, len(changes))
    cursor.executemany(_READ, [[number] for number, *_ in changes])
    return len(changes)


def _tidy(cursor: CursorWrapper, written: int) -> None:
    if connection.vendor == "sqlite":
        pages = max(PAGES_A_MERGE, written // 2)
        cursor.execute("INSERT INTO subtitles_search (subtitles_search, rank) VALUES ('merge', %s)", [pages])


_ANYTHING = "SELECT 1 FROM subtitles_searchchange LIMIT 1"
_CHANGED = """
    SELECT note.id, note.sentence_id, session.room_id, sentence.text FROM subtitles_searchchange AS note
    LEFT JOIN subtitles_sentence AS sentence ON sentence.id = note.sentence_id AND NOT sentence.hidden
    LEFT JOIN subtitles_transcript AS transcript ON transcript.id = sentence.transcript_id
    LEFT JOIN subtitles_captionsession AS session ON session.id = transcript.session_id
    ORDER BY note.id LIMIT %s
"""
_READ = "DELETE FROM subtitles_searchchange WHERE id = %s"
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
    words = [f"{_ROOM}{room}", *keys(text)]
    if connection.vendor == "sqlite":
        return " ".join(words)
    return " ".join(f"'{word}':{place}" for place, word in enumerate(words, 1))


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
