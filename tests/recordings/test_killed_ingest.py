"""kill -9 of a worker that makes a session of an upload, at every place where it matters."""

from __future__ import annotations

from pathlib import Path

from tests.jobs.processes import program
from tests.recordings import formats

KILLED = -9
PLACES = {  # where it is killed: the state it leaves
    "in the middle of decoding": "queued",
    "after queued to prepared": "prepared",
    "inside the session's transaction": "prepared",
    "after audio.flac was moved": "prepared",
    "after original.mp3 was moved": "prepared",
    "before prepared to done": "prepared",
    "after prepared to done": "done",
}


def test_one_session_comes_of_one_upload_wherever_its_worker_was_killed(tmp_path: Path) -> None:
    speech = formats.encoded("mp3", tmp_path)
    told = program(
        "tests.recordings.ingest_worker", tmp_path / "data", str(speech), *PLACES, SUBTITLES_MIN_FREE_BYTES="0"
    )
    for label, left in PLACES.items():
        litter = told[label].pop("litter")
        assert litter == [] or label == "after prepared to done", "the sweep takes that"
        end = {
            "state": "done",
            "sessions": 1,
            "same": True,
            "whole": True,
            "files": ["audio.flac", "original.mp3", "peaks.bin"],
        }
        assert told[label] == {"codes": [KILLED, 0], "left": left, **end}, label
