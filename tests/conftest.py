from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.environment import outside


@pytest.fixture(autouse=True)
def _this_machine_only() -> Iterator[None]:
    outside.clear()
    yield
    assert not outside, f"this test reached for {outside}"


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> int:
    """How often a fault test strikes: three times in `make test`, twenty in `make chaos`."""
    return int(pytestconfig.getoption("--rounds"))
