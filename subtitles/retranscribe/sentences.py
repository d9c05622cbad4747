"""The sentences of results as rows, and rows into their table. There may be many: no model objects are made of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from subtitles.engines import lines
from subtitles.engines.base import Transcribed
from subtitles.engines.lines import Kept
from subtitles.models import Sentence
from subtitles.retranscribe.pieces import Piece
from subtitles.speech import clean_text


class Row(NamedTuple):
    """Columns by name; `words` and `events` are JSON."""

    begin_ms: int
    end_ms: int
    text: str
    words: str
    speaker: str
    channel: int | None
    language: str
    emotion: str
    emotion_confidence: float | None
    events: str


_INSERT = (
    f"INSERT INTO {Sentence._meta.db_table} (seq, revision, hidden, transcript_id, number, {', '.join(Row._fields)})"  # noqa: S608
    f" VALUES (0, 1, FALSE, %s, %s, {', '.join(['%s'] * len(Row._fields))})"
)


def joined(pieces: Sequence[Piece], results: Sequence[Transcribed], language: str) -> list[Row]:
    """The sentences of all pieces in reading order. Blocks."""
    rows = [
        _row(piece, kept, kept.language or result.language or language)
        for piece, result in zip(pieces, results, strict=True)
        for kept in lines.kept(result.sentences)
    ]
    return sorted((row for row in rows if row is not None), key=lambda row: row.begin_ms)


def add(transcript_id: int, first: int, rows: Sequence[Row]) -> None:
    """Numbered from `first` on."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, [(transcript_id, number, *row) for number, row in enumerate(rows, first)])


def _row(piece: Piece, kept: Kept, language: str) -> Row | None:
    begin = max(0, piece.begin_ms + kept.begin_ms)
    end = max(begin, piece.begin_ms + kept.end_ms)
    text = clean_text(kept.text)
    middle = (begin + end) // 2
    if not text or middle < piece.keep_from_ms or (piece.keep_to_ms is not None and middle >= piece.keep_to_ms):
        return None
    return Row(
        begin,
        end,
        text,
        _shifted(kept.words, piece.begin_ms),
        clean_text(kept.speaker, 80),
        kept.channel,
        language[:35],
        clean_text(kept.emotion, 20),
        kept.emotion_confidence,
        kept.events,
    )


def _shifted(words: str, by_ms: int) -> str:
    if not by_ms:
        return words
    return json.dumps([[by_ms + begin, by_ms + end, *rest] for begin, end, *rest in json.loads(words)])
