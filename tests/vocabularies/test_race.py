from __future__ import annotations

from pathlib import Path

import pytest

from tests.jobs.processes import program
from tests.services import PostgreSQL
from tests.vocabularies.race import EDITS

LAST = {"state": "ready", "words": [f"word {EDITS - 1}"]}


@pytest.mark.long
def test_postgresql_loses_no_edit_while_jobs_send(tmp_path: Path, postgres_server: PostgreSQL) -> None:
    address = postgres_server.new_database("vocabularies")
    assert program("tests.vocabularies.race", tmp_path, SUBTITLES_DATABASE_URL=address) == LAST
