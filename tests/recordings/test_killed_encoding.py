"""kill -9 of a worker that encodes, at every place where it matters; another worker finds what is left."""

from __future__ import annotations

from pathlib import Path

from tests.jobs.processes import program

KILLED = -9
PLACES = {  # where it is killed: the state it leaves
    "in the middle of the FLAC": "queued",
    "before peaks.bin takes its place": "queued",
    "after peaks.bin took its place": "queued",
    "before audio.flac takes its place": "queued",
    "after audio.flac took its place": "queued",
    "before queued to prepared": "queued",
    "after queued to prepared": "prepared",
    "in the middle of the log's end": "prepared",
    "before prepared to done": "prepared",
    "after prepared to done": "done",
}


def test_the_recording_is_whole_wherever_its_encoding_was_killed(tmp_path: Path) -> None:
    told = program("tests.recordings.worker", tmp_path, *PLACES)
    for label, left in PLACES.items():
        end = {"state": "done", "same": True, "files": ["audio.flac", "peaks.bin"], "log": False}
        assert told[label] == {"codes": [KILLED, 0], "left": left, **end}, label
