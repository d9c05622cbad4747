"""Sound for sessions of the ground, as if they had been spoken: position-coded, so that what is heard can be told."""

from __future__ import annotations

import sqlite3
import wave
from contextlib import closing
from pathlib import Path

import numpy as np

from subtitles.recordings.audio_log import AudioLog
from tests.fakes import position_code

SENTENCES = 6
BLOCKS = SENTENCES * position_code.SENTENCE_BLOCKS
SENTENCE_MS = position_code.SENTENCE_BLOCKS * position_code.BLOCK_MS
SPOKEN_MS = position_code.SPOKEN_BLOCKS * position_code.BLOCK_MS
TEXTS = position_code.sentences(0, BLOCKS)


def speak(folder: Path, session: int) -> None:
    """An audio log of the live session, and its text."""
    log = AudioLog(folder / "live" / str(session))
    log.begin_segment(1)
    log.append(0, position_code.encode(0, BLOCKS))
    log.close()
    _tell(folder, session, BLOCKS * position_code.BLOCK_SAMPLES)


def upload_at_8_khz(folder: Path, session: int) -> None:
    """An uploaded telephone recording."""
    path = folder / "recordings" / str(session) / "original.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.frombuffer(position_code.encode(0, BLOCKS), np.int16)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8_000, 0, "NONE", "not compressed"))
        file.writeframes(samples.reshape(-1, 2).mean(axis=1).astype("<i2").tobytes())
    _tell(folder, session, BLOCKS * position_code.BLOCK_SAMPLES)
    _write(folder, "UPDATE subtitles_recording SET container = 'wav', sample_rate = 8000 WHERE session_id = ?", session)


def _tell(folder: Path, session: int, samples: int) -> None:
    _write(
        folder,
        f"UPDATE subtitles_recording SET samples = {samples} WHERE session_id = ?",  # noqa: S608
        session,
    )
    of_session = "transcript_id IN (SELECT id FROM subtitles_transcript WHERE session_id = ?)"
    for number, text in enumerate(TEXTS):
        begin = number * SENTENCE_MS
        fields = f"text = '{text}', begin_ms = {begin}, end_ms = {begin + SPOKEN_MS}"
        _write(folder, f"UPDATE subtitles_sentence SET {fields} WHERE number = {number + 1} AND {of_session}", session)  # noqa: S608
    _write(folder, f"DELETE FROM subtitles_sentence WHERE number > {len(TEXTS)} AND {of_session}", session)  # noqa: S608


def _write(folder: Path, query: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "db.sqlite3", timeout=20)) as connection, connection:
        connection.execute(query, values)
