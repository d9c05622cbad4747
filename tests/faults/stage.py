from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import psycopg

from tests.fakes import position_code
from tests.fakes.dashscope import FakeDashScope
from tests.faults.broadcaster import BYTES, Broadcaster
from tests.faults.product import Product
from tests.faults.viewer import Viewer

TOLERANCE_MS = 100
_SENTENCES = """
    SELECT s.number, s.begin_ms, s.end_ms, s.text FROM subtitles_sentence s
    JOIN subtitles_transcript t ON t.id = s.transcript_id WHERE t.session_id = {} ORDER BY s.number
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A sentence as the database has it."""

    number: int
    begin_ms: int
    end_ms: int
    text: str


async def hears(service: FakeDashScope, frames: int) -> None:
    """So many more, in whatever task."""

    def heard() -> int:
        return sum(task.frames for task in service.log.tasks)

    target = heard() + frames
    await service.until(lambda: heard() >= target)


def kept_sentences(database: Path | str, session: int) -> list[Kept]:
    """`database`: a data folder with SQLite, or the address of a PostgreSQL database."""
    return [Kept(*row) for row in rows(database, _SENTENCES.format(session))]


def rows(database: Path | str, query: str) -> list[tuple[Any, ...]]:
    if isinstance(database, str):
        with psycopg.connect(database) as connection:
            return connection.execute(query).fetchall()
    with closing(sqlite3.connect(database / "db.sqlite3", timeout=20)) as connection:
        return connection.execute(query).fetchall()


def kept_audio(folder: Path, session: int) -> bytes:
    """The recording, without the product's code: a log, or what became of it."""
    flac = folder / "recordings" / str(session) / "audio.flac"
    audio = b""
    if not flac.is_file():
        with suppress(FileNotFoundError):
            audio = _logged(folder / "live" / str(session))
    # A job may have come in between.
    return _encoded(flac) if flac.is_file() else audio


def _logged(folder: Path) -> bytes:
    """Put together as `recordings/audio_log.py` describes its files."""
    audio = b""
    for path in sorted(folder.glob("*.pcm"), key=lambda path: int(path.stem.split("-")[0])):
        first = int(path.stem.split("-")[1]) * BYTES
        assert first <= len(audio), f"{path.name} leaves a hole"
        data = path.read_bytes()
        audio = audio[:first] + data[: len(data) - len(data) % BYTES]
    return audio


def _encoded(flac: Path) -> bytes:
    with av.open(str(flac)) as container:
        frames = container.decode(audio=0)
        return b"".join(bytes(frame.planes[0])[: frame.samples * BYTES] for frame in frames)


def check_run(product: Product, broadcaster: Broadcaster, viewers: Viewer | list[Viewer], audio: bytes) -> None:
    """Everything handed over (position-coded, from block 0 on) is kept, captioned, and was seen by everybody."""
    check_audio(product.folder, broadcaster, audio)
    found = kept_sentences(product.database, broadcaster.session)
    check_sentences(found, position_code.sentences(0, len(audio) // BYTES // position_code.BLOCK_SAMPLES))
    for viewer in viewers if isinstance(viewers, list) else [viewers]:
        check_viewer(viewer, found)


def check_audio(folder: Path, broadcaster: Broadcaster, audio: bytes) -> None:
    """What was acknowledged is kept, sample for sample, and nothing that was not said."""
    kept = kept_audio(folder, broadcaster.session)
    assert len(kept) // BYTES >= broadcaster.acked
    # Not the bytes themselves: pytest would explain millions of them.
    is_the_same = kept == audio[: len(kept)]
    assert is_the_same


def check_sentences(found: list[Kept], texts: list[str]) -> None:
    """Those of a clean run over position-coded audio, at their times, numbered densely."""
    assert [sentence.text for sentence in found] == texts
    check_numbers_and_times(found)


def check_words(found: list[Kept], texts: list[str]) -> None:
    """As `check_sentences`, where a sentence may have been ended early and gone on in the next."""
    assert _words(sentence.text for sentence in found) == _words(texts)
    check_numbers_and_times(found)


def check_numbers_and_times(found: list[Kept]) -> None:
    assert [sentence.number for sentence in found] == list(range(1, len(found) + 1))
    for sentence in found:
        spoken_at = int(sentence.text[1:7]) * position_code.BLOCK_MS
        assert abs(sentence.begin_ms - spoken_at) <= TOLERANCE_MS


def check_viewer(viewer: Viewer, found: list[Kept]) -> None:
    """It saw every sentence once, in order (it asserts so itself), and as it was kept."""
    seen = [(item["number"], item["begin_ms"], item["end_ms"], item["text"]) for item in viewer.shown.values()]
    assert seen == [(kept.number, kept.begin_ms, kept.end_ms, kept.text) for kept in found]


def _words(texts: Iterable[str]) -> list[str]:
    return [word.strip(".") for text in texts for word in text.split()]
