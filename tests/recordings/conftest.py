from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def ground(settings: Any, tmp_path: Path) -> Path:
    """A data folder of its own."""
    settings.SUBTITLES_DATA_DIR = tmp_path
    return tmp_path
