from __future__ import annotations

from pathlib import Path

import pytest

from subtitles.recordings.placing import placed, sweep


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    goal = tmp_path / "new" / "file"
    with placed(goal) as path:
        path.write_bytes(b"whole")
        assert not goal.exists()
    assert [path.name for path in goal.parent.iterdir()] == ["file"]
    assert goal.read_bytes() == b"whole"


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    goal = tmp_path / "file"
    goal.write_bytes(b"before")

    def write_half() -> None:
        with placed(goal) as path:
            path.write_bytes(b"ha")
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        write_half()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    with placed(tmp_path / "file") as path:
        path.write_bytes(b"whole")
        (tmp_path / f"other{path.suffix}").touch()
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
