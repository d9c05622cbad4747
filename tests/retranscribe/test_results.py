from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from subtitles.engines.base import Transcribed
from subtitles.retranscribe import results
from subtitles.retranscribe.results import Damaged
from tests.retranscribe.scripted import said


@pytest.mark.parametrize(
    "result",
    [
        said(3),
        Transcribed(),
        Transcribed(untimed=("Some words.",), emotion="happy", spoken_ms=5, duration_ms=7),
        replace(said(1), sentences=(replace(said(1).sentences[0], text="lone \ud800", channel=1),)),
    ],
)
def test_what_is_kept_is_what_is_read(tmp_path: Path, result: Transcribed) -> None:
    path = tmp_path / "jobs" / "7" / "result-0.json"
    assert results.load(path, results.keep(path, result)) == result
    assert [file.name for file in path.parent.iterdir()] == ["result-0.json"]


def test_a_file_that_is_not_what_was_written_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    sha256 = results.keep(path, said())
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(Damaged):
        results.load(path, sha256)
    path.unlink()
    with pytest.raises(Damaged):
        results.load(path, sha256)


def test_a_file_of_an_older_form_is_not_read(tmp_path: Path) -> None:
    """It is fetched again."""
    path = tmp_path / "result.json"
    path.write_bytes(
        b'{"untimed": [], "language": "", "emotion": "", "spoken_ms": null, "duration_ms": null}\n'
        b'{"begin_ms": 0, "end_ms": 1, "text": "a", "words": "[]", "language": "", "speaker": "", "channel": null,'
        b' "emotion": "", "emotion_confidence": null, "events": "[]"}\n'
    )
    with pytest.raises(Damaged):
        results.load(path, hashlib.sha256(path.read_bytes()).hexdigest())
