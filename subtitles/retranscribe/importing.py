"""Results into a transcript: in small transactions, so that live captions never wait, and shown when all are there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from subtitles.engines.base import Transcribed
from subtitles.jobs.steps import JobFailed, Next, State
from subtitles.jobs.work import Work
from subtitles.models import TranscriptionJob
from subtitles.retranscribe import placing, raw_text, results, rows, sentences
from subtitles.retranscribe.pieces import Piece
from subtitles.retranscribe.results import Damaged
from subtitles.retranscribe.rows import Erased
from subtitles.speech import samples_to_ms

ROWS_A_TRANSACTION = 100
BREATH_S = 0.02
"""Between two transactions, for whoever waits for the database. With 200 rows each, one live final in twenty waited
more than 20 ms behind an import."""


async def import_results(work: Work, details: TranscriptionJob) -> Next:
    pieces = [Piece.from_json(kept) for kept in details.pieces]
    try:
        found = await asyncio.to_thread(lambda: [_loaded(piece) for piece in pieces])
    except Damaged:
        return _fetch_again(work, pieces)
    if any(result.untimed for result in found):
        found = await _placed(work, details, pieces, found)
    told = await asyncio.to_thread(sentences.joined, pieces, found, details.language)
    try:
        transcript_id, done = await work.commit(
            partial(rows.begin_transcript, work.job.pk), step="importing", percent=0, lasting=False
        )
    except Erased:
        return Next(State.FETCHED)  # the next step finds the same, and stops
    for at in range(done, len(told), ROWS_A_TRANSACTION):
        some = told[at : at + ROWS_A_TRANSACTION]
        add = partial(sentences.add, transcript_id, at + 1, some)
        await work.commit(add, step="importing", percent=100 * (at + len(some)) // len(told), lasting=False)
        await asyncio.sleep(BREATH_S)
    return Next(State.DONE, percent=100, write=partial(rows.show, work.job.pk, transcript_id))


async def _placed(
    work: Work, details: TranscriptionJob, pieces: list[Piece], found: list[Transcribed]
) -> list[Transcribed]:
    """Raises JobFailed; the text that was paid for can be read all the same."""
    await asyncio.to_thread(raw_text.keep, work.job.pk, found)
    recording = details.recording
    said = await work.read(partial(rows.timed, recording)) if recording else []
    return await asyncio.to_thread(
        placing.placed, pieces, found, said, samples_to_ms(recording.samples if recording else 0)
    )


def _loaded(piece: Piece) -> Transcribed:
    if piece.result is None:
        raise Damaged
    return results.load(piece.result, piece.sha256)


def _fetch_again(work: Work, pieces: list[Piece]) -> Next:
    """The service keeps its results for a day: what was damaged here is asked for once more."""
    if not all(piece.ticket for piece in pieces):
        raise JobFailed(
            "storage", "result-damaged", "The result's file is damaged or gone, and cannot be fetched again."
        )
    bare = [replace(piece, result=None, sha256="") for piece in pieces]
    return Next(State.WAITING, step="waiting", write=partial(rows.keep_pieces, work.job.pk, bare))
