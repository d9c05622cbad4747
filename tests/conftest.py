from __future__ import annotations

from collections.abc import Iterator

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

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


def turn(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return IN_TURN.get(file) or IN_TURN.get(file.rpartition("/")[0]) or file


class Turns(LoadScopeScheduling):
    """Written out because xdist's own groups are without effect since pytest 9.2 (pytest-dev/pytest-xdist#1386)."""

    def _split_scope(self, nodeid: str) -> str:
        return turn(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Turns:
    return Turns(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first."""
    items.sort(key=lambda item: turn(item.nodeid) not in IN_TURN.values())


@pytest.fixture(autouse=True)
def _this_machine_only() -> Iterator[None]:
    outside.clear()
    yield
    assert not outside, f"this test reached for {outside}"


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> int:
    """How often a fault test strikes: three times in `make test`, twenty in `make chaos`."""
    return int(pytestconfig.getoption("--rounds"))
