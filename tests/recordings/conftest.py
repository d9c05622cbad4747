from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.recordings import formats


@pytest.fixture
def ground(settings: Any, tmp_path: Path) -> Path:
    """A data folder of its own."""
    settings.SUBTITLES_DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same speech in every format."""
    return formats.make(tmp_path_factory.mktemp("formats"))
