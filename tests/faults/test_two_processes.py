from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from tests.browser.backstage import Backstage
from tests.fakes import position_code
from tests.fakes.dashscope import FakeDashScope
from tests.faults.broadcaster import BYTES, Broadcaster
from tests.faults.microphone import speak
from tests.faults.product import Ground, NotListening, Product
from tests.faults.stage import check_run
from tests.faults.standing import reserved_port
from tests.faults.viewer import Viewer
from tests.services import PostgreSQL, Redis

BLOCKS_PER_ROUND = 200
BLOCK = position_code.BLOCK_SAMPLES * BYTES


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgreSQL, redis_server: Redis) -> Ground:
    """One database, one Redis and one data folder; each test has a room of its own in it."""
    environment = {
        "SUBTITLES_DATABASE_URL": postgres_server.new_database(f"shared_{uuid4().hex}"),
        "SUBTITLES_REDIS_URL": redis_server.url,
    }
    return Ground(tmp_path_factory.mktemp("shared") / "data", **environment)


@pytest.fixture(scope="module")
def service_port() -> Iterator[int]:
    with reserved_port() as port:
        yield port


@pytest.fixture
async def service(service_port: int) -> AsyncIterator[FakeDashScope]:
    async with FakeDashScope(service_port) as fake:
        yield fake


@pytest.fixture(scope="module")
def standing_two(shared: Ground, service_port: int) -> Iterator[tuple[Product, Product]]:
    environment = {**shared.environment, "SUBTITLES_DASHSCOPE_WEBSOCKET_URL": FakeDashScope(service_port).websocket_url}
    one, other = (Product(shared.folder, name=name, **environment) for name in ("one", "other"))
    with Backstage() as backstage, backstage.hosting(one), backstage.hosting(other):
        yield one, other
        assert one.complaints() + other.complaints() == []


@pytest.fixture
def two(standing_two: tuple[Product, Product], service: FakeDashScope) -> tuple[Product, Product]:
    """Processes behind one address, as far as their viewers can tell."""
    return standing_two


async def test_viewers_of_both_processes_see_everything_though_redis_restarts(
    two: tuple[Product, Product], shared: Ground, redis_server: Redis
) -> None:
    (one, other), room = two, shared.rooms["dashscope"]
    audio = position_code.encode(0, 600)
    async with Viewer(one.url, room) as near, Viewer(other.url, room) as far, Broadcaster(one.url, room) as broadcaster:
        await far.until(lambda: far.snapshots)
        broadcaster.hand_over(audio[: 200 * BLOCK])
        await far.sees(sentences=10)
        await far.until(lambda: far.interims)
        redis_server.kill()
        broadcaster.hand_over(audio[200 * BLOCK : 400 * BLOCK])
        await broadcaster.acknowledged()
        # Without the layer, the other process finds them in the database.
        await far.sees(sentences=20)
        redis_server.start()
        interims = far.interims
        await speak(broadcaster, audio[400 * BLOCK :], speed=5)
        assert far.interims > interims
        await broadcaster.stop()
        await near.sees_the_end()
        await far.sees_the_end()
    check_run(one, broadcaster, [near, far], audio)
    assert broadcaster.codes[:-1] == near.codes == far.codes == []


@pytest.mark.chaos
async def test_a_broadcaster_that_moves_to_another_process_loses_nothing(
    two: tuple[Product, Product], shared: Ground, rounds: int, dice: random.Random
) -> None:
    """The same page comes to the other process, as behind a load balancer; the first one has to let go."""
    products, room = two, shared.rooms["dashscope-v1"]
    audio = position_code.encode(0, BLOCKS_PER_ROUND * (rounds + 1))
    size = len(audio) // (rounds + 1)
    async with (
        Viewer(products[0].url, room) as near,
        Viewer(products[1].url, room) as far,
        Broadcaster(products[0].url, room) as broadcaster,
    ):
        for strike in range(rounds):
            broadcaster.hand_over(audio[strike * size : (strike + 1) * size])
            await broadcaster.sends(frames=dice.randrange(1, BLOCKS_PER_ROUND))
            broadcaster.url = products[(strike + 1) % 2].url
            broadcaster.give_up()
        broadcaster.hand_over(audio[rounds * size :])
        await broadcaster.stop()
        await near.sees_the_end()
        await far.sees_the_end()
    check_run(products[0], broadcaster, [near, far], audio)


async def test_another_page_takes_over_in_another_process(two: tuple[Product, Product], shared: Ground) -> None:
    (one, other), room = two, shared.rooms["dashscope-8k"]
    audio = position_code.encode(0, 400)
    async with Viewer(one.url, room) as near, Viewer(other.url, room) as far, Broadcaster(one.url, room) as first:
        first.hand_over(audio[: 200 * BLOCK])
        await first.acknowledged()
        async with Broadcaster(other.url, room) as refused:
            await refused.has_ended()
        async with Broadcaster(other.url, room, take_over=True) as second:
            second.hand_over(audio)
            await first.has_ended()
            await second.stop()
            await near.sees_the_end()
            await far.sees_the_end()
    assert refused.codes == [4210]
    assert first.codes == [4209]
    check_run(one, second, [near, far], audio)


async def test_a_second_server_on_the_same_folder_is_refused_where_no_layer_joins_them(product: Product) -> None:
    second = Product(product.folder, name="second")
    with pytest.raises(NotListening, match=f"served by process {product.pid} already, and this one has no shared"):
        await second.start()
    assert await second.wait() == 1
