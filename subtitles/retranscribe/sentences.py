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
    """The sentences of all pieces in reading order. Blocks.

    A service names the speakers of each piece anew: of several, "2.1" is speaker 1 of the second.
    """
    rows = [
        _row(piece, mine, mine.language or result.language or language, f"{number}." if len(pieces) > 1 else "")
        for number, (piece, result) in enumerate(zip(pieces, results, strict=True), 1)
        for kept in lines.kept(result.sentences)
        if (mine := _share(piece, kept))
    ]
    return sorted((row for row in rows if row is not None), key=lambda row: row.begin_ms)


def add(transcript_id: int, first: int, rows: Sequence[Row]) -> None:
    """Numbered from `first` on."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, [(transcript_id, number, *row) for number, row in enumerate(rows, first)])


def _share(piece: Piece, kept: Kept) -> Kept | None:
    """What of a sentence belongs to the piece: the words whose middle lies there, or all of one without words."""
    if not piece.is_beyond(kept.begin_ms, kept.begin_ms) and not piece.is_beyond(kept.end_ms, kept.end_ms):
        return kept
    words = json.loads(kept.words)
    if not words:
        return None if piece.is_beyond(kept.begin_ms, kept.end_ms) else kept
    mine = [word for word in words if not piece.is_beyond(word[0], word[1])]
    if not mine or len(mine) == len(words):
        return kept if mine else None
    text = "".join(word + punctuation for _, _, word, punctuation in mine)
    return kept._replace(begin_ms=mine[0][0], end_ms=mine[-1][1], text=text, words=json.dumps(mine))


def _row(piece: Piece, kept: Kept, language: str, prefix: str) -> Row | None:
    begin = max(0, piece.begin_ms + kept.begin_ms)
    end = max(begin, piece.begin_ms + kept.end_ms)
    text = clean_text(kept.text)
    if not text:
        return None
    speaker = clean_text(kept.speaker, 80)
    return Row(
        begin,
        end,
        text,
        _shifted(kept.words, piece.begin_ms),
        f"{prefix}{speaker}"[:80] if speaker else "",
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
