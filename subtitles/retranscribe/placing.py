"""Results without times over the pieces of a recording, laid over what is known of when it was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from subtitles.engines.base import Transcribed
from subtitles.jobs.steps import JobFailed
from subtitles.retranscribe.pieces import Piece
from subtitles.retranscribe.untimed import LEAST_SHARE, Placed, Spoken, place, spoken_words
from subtitles.speech import FinalResult

BEYOND_MS = 2_000
"""A piece may go on so far behind the place where its neighbour takes over."""


def placed(
    pieces: Sequence[Piece], found: Sequence[Transcribed], said: Sequence[FinalResult], length_ms: int
) -> list[Transcribed]:
    """The same results with sentences in place of bare text. Blocks. Raises JobFailed."""
    if not said:
        raise JobFailed("engine", "untimed", "This model tells no times, and there is nothing to place its words by.")
    spoken = spoken_words(said)
    laid = [_piece(piece, result, spoken, length_ms) for piece, result in zip(pieces, found, strict=True)]
    words, matched = (sum(getattr(one, name) for one in laid) for name in ("words", "matched"))
    if matched < LEAST_SHARE * words:
        percent = 100 * matched // words
        text = f"Only {percent} % of its words were found in the live text, too few to tell when they were said."
        raise JobFailed("engine", "unplaced", text)
    return [
        replace(result, sentences=_sentences(piece, one, result), untimed=()) if result.untimed else result
        for piece, result, one in zip(pieces, found, laid, strict=True)
    ]


def _piece(piece: Piece, result: Transcribed, spoken: Sequence[Spoken], length_ms: int) -> Placed:
    begin_ms, keep_to_ms = piece.begin_ms, piece.keep_to_ms
    last_ms = max((word.end_ms for word in spoken), default=0)
    end_ms = max(length_ms, last_ms, begin_ms) if keep_to_ms is None else keep_to_ms + BEYOND_MS
    near = [word for word in spoken if word.end_ms > begin_ms and word.begin_ms < end_ms]
    return place(result.untimed, near, begin_ms, end_ms)


def _sentences(piece: Piece, laid: Placed, result: Transcribed) -> tuple[FinalResult, ...]:
    """As an engine tells them: from the piece's first sample on. What holds for all of it holds for each."""
    return tuple(
        replace(
            sentence,
            begin_ms=sentence.begin_ms - piece.begin_ms,
            end_ms=sentence.end_ms - piece.begin_ms,
            words=tuple(
                replace(word, begin_ms=word.begin_ms - piece.begin_ms, end_ms=word.end_ms - piece.begin_ms)
                for word in sentence.words
            ),
            emotion=result.emotion,
        )
        for sentence in laid.sentences
    )
