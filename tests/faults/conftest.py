from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.browser.backstage import Backstage
from tests.fakes.dashscope import FakeDashScope
from tests.faults.product import Ground, Product, RoomFacts
from tests.faults.standing import Standing, standing_product


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("ground"))


@pytest.fixture(autouse=True)
async def _quick_loop() -> None:
    """Debug mode takes a stack trace for each of the thousands of frames; the loops of the other tests keep it."""
    asyncio.get_running_loop().set_debug(False)


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    """Where the faults strike; a failure shows the seed."""
    seed = random.SystemRandom().randrange(1 << 32)
    request.node.add_report_section("setup", "seed of the dice", str(seed))
    return random.Random(seed)


@pytest.fixture
def folder(ground: Ground, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    ground.copy_to(folder)
    return folder


@pytest.fixture(scope="module")
def _standing(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with Backstage() as backstage, standing_product(backstage, ground, tmp_path_factory.mktemp("standing")) as standing:
        yield standing


@pytest.fixture
def standing(request: pytest.FixtureRequest) -> Standing | None:
    """Where the module's mark says that its tests strike around the product: one for all of them."""
    shared: Standing | None = None
    if request.node.get_closest_marker("standing"):
        shared = request.getfixturevalue("_standing")
    return shared


@pytest.fixture
async def service(standing: Standing | None) -> AsyncIterator[FakeDashScope]:
    """DashScope's stand-in; it lives in the test's process, so that it survives whatever happens to the product's."""
    async with FakeDashScope(standing.service_port if standing else 0) as fake:
        yield fake


@pytest.fixture
def room(ground: Ground, standing: Standing | None) -> RoomFacts:
    return next(standing.rooms) if standing else ground.rooms["dashscope"]


@pytest.fixture
def environment(service: FakeDashScope) -> dict[str, str]:
    """Of the product; a test module may say more by a fixture of the same name."""
    return {"SUBTITLES_DASHSCOPE_WEBSOCKET_URL": service.websocket_url}


@pytest.fixture
async def product(standing: Standing | None, folder: Path, environment: dict[str, str]) -> AsyncIterator[Product]:
    if standing:
        yield standing.product
        return
    async with Product(folder, **environment) as product:
        yield product
        assert product.complaints() == []
