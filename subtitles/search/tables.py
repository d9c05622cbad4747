"""What the database needs for the search beside the models' own tables.

`subtitles_search` has a row for each sentence that can be found: full text (FTS5) on SQLite, an array of words with
their places (tsvector) under a GIN index on PostgreSQL. Triggers note what changed in `SearchChange`.
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

_TABLES = {"subtitles_sentence", "subtitles_searchchange"}
_INDEX = {
    # `ascii` leaves all but ASCII alone: the tokens are ours. A query is often one character, or a few first letters.
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS subtitles_search"
        " USING fts5(tokens, tokenize='ascii', prefix='1 2 3', columnsize=0)",
        # Left to itself FTS5 merges its segments in strokes of 50 ms and more: `index` asks for a little each time.
        "INSERT INTO subtitles_search (subtitles_search, rank) VALUES ('automerge', 0)",
    ),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS subtitles_search (sentence_id bigint PRIMARY KEY, tokens tsvector NOT NULL)",
        "CREATE INDEX IF NOT EXISTS subtitles_search_tokens ON subtitles_search USING gin (tokens)",
    ),
}
# Of a sentence's fields these decide how it is found.
_WRITTEN = "AFTER INSERT OR UPDATE OF transcript_id, text, hidden OR DELETE"
_TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS subtitles_search_insert AFTER INSERT ON subtitles_sentence"
        " BEGIN INSERT INTO subtitles_searchchange (sentence_id) VALUES (NEW.id); END",
        "CREATE TRIGGER IF NOT EXISTS subtitles_search_update"
        " AFTER UPDATE OF transcript_id, text, hidden ON subtitles_sentence"
        " BEGIN INSERT INTO subtitles_searchchange (sentence_id) VALUES (NEW.id); END",
        "CREATE TRIGGER IF NOT EXISTS subtitles_search_delete AFTER DELETE ON subtitles_sentence"
        " BEGIN INSERT INTO subtitles_searchchange (sentence_id) VALUES (OLD.id); END",
    ),
    "postgresql": (
        """
        CREATE OR REPLACE FUNCTION subtitles_search_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO subtitles_searchchange (sentence_id) VALUES (COALESCE(NEW.id, OLD.id));
            RETURN NULL;
        END $$
        """,
        f"CREATE OR REPLACE TRIGGER subtitles_search_note {_WRITTEN} ON subtitles_sentence"
        " FOR EACH ROW EXECUTE FUNCTION subtitles_search_note()",
    ),
}
_NO_TRIGGERS = {
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS subtitles_search_{event}" for event in ("insert", "update", "delete")),
    "postgresql": ("DROP FUNCTION IF EXISTS subtitles_search_note() CASCADE",),
}


def create_index(connection: BaseDatabaseWrapper) -> None:
    _run(connection, *_INDEX[connection.vendor])


def drop_index(connection: BaseDatabaseWrapper) -> None:
    """With the triggers, which write into a table that goes next."""
    drop_triggers(connection)
    _run(connection, "DROP TABLE IF EXISTS subtitles_search")


def note_all(connection: BaseDatabaseWrapper) -> None:
    """Every sentence is to be read: those written before there was a search."""
    _run(connection, "INSERT INTO subtitles_searchchange (sentence_id) SELECT id FROM subtitles_sentence ORDER BY id")


def create_triggers(connection: BaseDatabaseWrapper) -> None:
    """Safe to repeat."""
    _run(connection, *_TRIGGERS[connection.vendor])


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    _run(connection, *_NO_TRIGGERS[connection.vendor])


def after_migrating(using: str, **_: Any) -> None:
    """SQLite forgets a table's triggers when a migration makes the table anew."""
    connection = connections[using]
    if set(connection.introspection.table_names()) >= _TABLES:
        create_triggers(connection)


def _run(connection: BaseDatabaseWrapper, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
