from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.environment import outside

IN_TURN = {
    "tests/browser/test_accessibility.py": "pages in a browser",
    "tests/browser/test_editing.py": "pages in a browser",
    "tests/browser/test_fragments.py": "pages in a browser",
    "tests/browser/test_library.py": "pages in a browser",
    "tests/browser/test_library_walk.py": "pages in a browser",
    "tests/browser/test_models.py": "pages in a browser",
    "tests/browser/test_player.py": "pages in a browser",
    "tests/browser/test_transcribing.py": "pages in a browser",
    "tests/browser/test_upload.py": "pages in a browser",
    "tests/browser/test_vocabularies.py": "pages in a browser",
    "tests/browser": "sound in a browser",
    "tests/faults": "faults",
}
"""What would starve each other: one worker does them, file after file. All others go by file."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        file = item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(IN_TURN.get(file) or IN_TURN.get(file.rpartition("/")[0]) or file))


@pytest.fixture(autouse=True)
def _this_machine_only() -> Iterator[None]:
    outside.clear()
    yield
    assert not outside, f"this test reached for {outside}"


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> int:
    """How often a fault test strikes: three times in `make test`, twenty in `make chaos`."""
    return int(pytestconfig.getoption("--rounds"))
