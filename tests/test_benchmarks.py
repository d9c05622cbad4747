"""Each benchmark still measures something, in its smallest form: what it measures is nobody's business here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SMALLEST = {
    "audience_page": ["--rounds", "1"],
    "editor": ["--rounds", "1", "--sentences", "50"],
    "fanout": ["--rounds", "1", "--viewers", "20", "--seconds", "0.5"],
    "jobs": ["--rounds", "1", "--jobs", "2", "--queued", "5"],
    "preview_engine": ["--rounds", "1"],
    "recording": ["--hours", "0.02"],
    "relay": ["--rounds", "1", "--broadcasters", "2", "--viewers", "20", "--seconds", "1"],
    "search": ["--sentences", "2000"],
}


def test_every_benchmark_has_a_smallest_form() -> None:
    assert {path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py")} == SMALLEST.keys()


@pytest.mark.long
@pytest.mark.parametrize("name", SMALLEST)
def test_a_benchmark_comes_to_its_end(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", f"benchmarks.{name}", *SMALLEST[name]]
    # Its server reads settings of its own; what it keeps beside the temporary folders goes there too.
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SUBTITLES_", "DJANGO_"))}
    done = subprocess.run(
        command, cwd=ROOT, env={**environment, "TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    assert any(character.isdigit() for character in done.stdout)
