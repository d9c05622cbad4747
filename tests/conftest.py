from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.utils import translation
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.environment import outside

SOUND = "sound in a browser"
"""What listens in real time: a microphone that gets no processor for a moment loses what was said then."""
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
    "tests/browser": SOUND,
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
    """What takes long begins first, and sound before all."""
    order = [SOUND, *IN_TURN.values()]
    items.sort(key=lambda item: order.index(group) if (group := turn(item.nodeid)) in order else len(order))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Sound comes first in its process; from then on, and in all others, everything gives way to it."""
    if turn(item.nodeid) != SOUND and os.nice(0) == 0:
        os.nice(10)


@pytest.fixture(autouse=True)
def _this_machine_only() -> Iterator[None]:
    outside.clear()
    yield
    assert not outside, f"this test reached for {outside}"


@pytest.fixture(autouse=True)
def _language_of_nobody() -> Iterator[None]:
    """A page that was asked for in Chinese leaves its language to the thread."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> int:
    """How often a fault test strikes: three times in `make test`, twenty in `make chaos`."""
    return int(pytestconfig.getoption("--rounds"))
