from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.jobs.processes import program
from tests.services import PostgreSQL

JOBS = 120
STEPS = ["queued", "prepared", "waiting"]


def check(folder: Path, **environment: str) -> None:
    lines = folder / "steps"
    answer = program(
        "tests.jobs.worker", folder, "2", str(JOBS), str(lines), SUBTITLES_JOBS_STALE_S="30", **environment
    )
    assert answer == {"codes": [0, 0], "states": {"done": JOBS}, "ends": JOBS}
    steps = Counter(lines.read_text().splitlines())
    assert steps == Counter(f"{number} {state}" for number in range(JOBS) for state in STEPS)


def test_two_workers_on_one_sqlite_file_do_each_job_once(tmp_path: Path) -> None:
    check(tmp_path)


@pytest.mark.long
def test_two_workers_on_postgresql_do_each_job_once(tmp_path: Path, postgres_server: PostgreSQL) -> None:
    check(tmp_path, SUBTITLES_DATABASE_URL=postgres_server.new_database("jobs"))
