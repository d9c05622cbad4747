from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from subtitles.engines.base import Source, Ticket
from subtitles.retranscribe.pieces import Piece

TICKET = Ticket("task", "model", ("oss://a",), "request")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.SUBTITLES_DATA_DIR = tmp_path
    return tmp_path


def test_a_piece_survives_the_database(folder: Path) -> None:
    pieces = [
        Piece(
            Source(folder / "jobs/1/audio.wav", "oss://a", "wav", 8_000),
            10,
            5,
            20,
            TICKET,
            folder / "r.json",
            "ab",
            1.5,
        ),
        Piece(Source(address="https://media.example/a.mp3", container="mp3")),
        Piece(Source(Path("/elsewhere/a.wav"))),
    ]
    assert [Piece.from_json(json.loads(json.dumps(piece.as_json()))) for piece in pieces] == pieces


def test_paths_move_with_the_data_folder(settings: Any, folder: Path) -> None:
    kept = Piece(Source(folder / "jobs/1/audio.wav")).as_json()
    settings.SUBTITLES_DATA_DIR = Path("/new")
    assert Piece.from_json(kept).source.path == Path("/new/jobs/1/audio.wav")


def test_a_piece_is_sent_when_there_is_something_to_ask_by_or_to_read(folder: Path) -> None:
    assert not Piece(Source()).is_sent
    assert Piece(Source(), ticket=TICKET).is_sent
    assert Piece(Source(), result=folder / "r.json").is_sent


def test_what_is_no_piece_is_refused() -> None:
    with pytest.raises(TypeError):
        Piece.from_json({"keep": ["x", None], "rate": 1, "begin_ms": 0})
