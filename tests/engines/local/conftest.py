from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.local.toy_shop import shop


@pytest.fixture(scope="session")
def toy_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with toys in it. Made in hundredths of a second: each test process makes its own."""
    root = tmp_path_factory.mktemp("models")
    shop(root)
    return root
