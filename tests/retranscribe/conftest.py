from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from subtitles.jobs import bucket
from tests.retranscribe.scripted import ScriptedService
from tests.retranscribe.stage import Stage


@pytest.fixture
def ground(settings: Any, tmp_path: Path, transactional_db: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own; nobody waits for his turn."""
    settings.SUBTITLES_DATA_DIR = tmp_path
    # These tests kill no machine: nothing needs to be on the disk.
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "init_command", "PRAGMA synchronous=OFF;")
    connection.close()
    monkeypatch.setattr(bucket, "interval_us", lambda per_second: 0)
    return tmp_path


@pytest.fixture
def service() -> ScriptedService:
    return ScriptedService()


@pytest.fixture
def stage(ground: Path, service: ScriptedService) -> Iterator[Stage]:
    stage = Stage(service)
    yield stage
    stage.close()
