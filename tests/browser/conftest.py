from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, expect, sync_playwright

from tests.browser import chromium
from tests.browser.backstage import Backstage
from tests.browser.chromium import Witness
from tests.browser.site import Ground, Site, open_site
from tests.faults.product import RoomFacts

# A machine that is busy with other tests is slow, not wrong.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("ground"))


@pytest.fixture(scope="module")
def backstage() -> Iterator[Backstage]:
    with Backstage() as backstage:
        yield backstage


@pytest.fixture(scope="module")
def chromium_type() -> Iterator[BrowserType]:
    """Of this module alone: Playwright's loop in the test's thread would be in the way of asynchronous tests."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="module")
def site(
    backstage: Backstage, ground: Ground, tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> Iterator[Site]:
    with open_site(backstage, ground, tmp_path_factory.mktemp("site") / "data", **environment) as site:
        yield site


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """What the site's settings are read from, beside the usual."""
    return {}


@pytest.fixture(scope="module")
def browser(chromium_type: BrowserType) -> Iterator[Browser]:
    """Without a microphone."""
    with chromium.launch(chromium_type) as browser:
        yield browser


@pytest.fixture(scope="module")
def _rooms(ground: Ground) -> Iterator[RoomFacts]:
    return iter(ground.rooms)


@pytest.fixture
def room(_rooms: Iterator[RoomFacts]) -> RoomFacts:
    """One in which nobody has spoken yet."""
    return next(_rooms)


@pytest.fixture
def witness() -> Iterator[Witness]:
    """Whatever a watched page complains about fails the test that watches it."""
    witness = Witness()
    yield witness
    assert witness.complaints() == []
