from __future__ import annotations

import random
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fakes import position_code
from tests.fakes.dashscope import FakeDashScope
from tests.faults.broadcaster import BYTES, Broadcaster
from tests.faults.microphone import speak
from tests.faults.product import Product, RoomFacts
from tests.faults.relay import Relay
from tests.faults.stage import check_run
from tests.faults.viewer import Viewer

pytestmark = pytest.mark.standing
BLOCKS_PER_ROUND = 200
BLOCK = position_code.BLOCK_SAMPLES * BYTES


@pytest.fixture
async def network(product: Product) -> AsyncIterator[Relay]:
    async with Relay(product.port) as relay:
        yield relay


@pytest.mark.chaos
async def test_a_network_that_breaks_anywhere_loses_nothing(
    product: Product, room: RoomFacts, network: Relay, rounds: int, dice: random.Random
) -> None:
    """Broadcaster and viewer are behind the same network; audio comes while it is away."""
    audio = position_code.encode(0, BLOCKS_PER_ROUND * rounds)
    size = len(audio) // rounds
    async with Viewer(network.url, room) as viewer, Broadcaster(network.url, room) as broadcaster:
        for strike in range(rounds):
            before = dice.randrange(1, BLOCKS_PER_ROUND) * BLOCK
            broadcaster.hand_over(audio[strike * size : strike * size + before])
            await broadcaster.sends(frames=dice.randrange(1, before // BLOCK + 1))
            network.cut()
            broadcaster.hand_over(audio[strike * size + before : (strike + 1) * size])
            await broadcaster.has_ended(times=strike + 1)
            network.mend()
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)
    assert len(broadcaster.codes) >= rounds


async def test_five_seconds_without_a_network_are_captioned_afterwards(
    product: Product, room: RoomFacts, network: Relay
) -> None:
    audio = position_code.encode(0, 100)
    async with Viewer(product.url, room) as viewer, Broadcaster(network.url, room) as broadcaster:
        await speak(broadcaster, audio[: 25 * BLOCK])
        network.cut()
        await speak(broadcaster, audio[25 * BLOCK : 75 * BLOCK])
        network.mend()
        await speak(broadcaster, audio[75 * BLOCK :])
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)


async def test_half_a_minute_without_a_network_does_not_tear_a_sentence_apart(
    folder: Path, environment: dict[str, str], room: RoomFacts, service: FakeDashScope
) -> None:
    """Long enough for the engine's task to be left; time is short here, the ring is as full as it would be."""
    audio = position_code.encode(0, 400)
    async with (
        Product(folder, **environment, SUBTITLES_IDLE_FINISH_S="0.3") as product,
        Relay(product.port) as network,
        Viewer(product.url, room) as viewer,
        Broadcaster(network.url, room) as broadcaster,
    ):
        broadcaster.hand_over(audio[: 27 * BLOCK])
        await broadcaster.acknowledged()
        await viewer.until(lambda: viewer.open)
        network.cut()
        broadcaster.hand_over(audio[27 * BLOCK : 327 * BLOCK])
        await service.until(lambda: service.log.tasks[0].outcome)
        assert viewer.open
        network.mend()
        broadcaster.hand_over(audio[327 * BLOCK :])
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)


async def test_a_connection_that_died_unnoticed_is_replaced_by_the_same_page(
    product: Product, room: RoomFacts, network: Relay
) -> None:
    """The server still has the old connection when the new one comes, and the old one's audio arrives late."""
    audio = position_code.encode(0, 400)
    async with Viewer(product.url, room) as viewer, Broadcaster(network.url, room) as broadcaster:
        broadcaster.hand_over(audio[: 200 * BLOCK])
        await broadcaster.until(lambda: broadcaster.frames >= 100)
        network.hold()
        broadcaster.hand_over(audio[200 * BLOCK : 300 * BLOCK])
        await broadcaster.until(lambda: broadcaster.is_out_of_credit)
        broadcaster.give_up()
        await broadcaster.acknowledged()
        network.mend()
        broadcaster.hand_over(audio[300 * BLOCK :])
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)
    assert broadcaster.codes[:1] == [1006]


async def test_a_connection_closed_in_one_direction_ends_in_both(
    product: Product, room: RoomFacts, network: Relay
) -> None:
    audio = position_code.encode(0, 200)
    async with Viewer(network.url, room) as viewer, Broadcaster(network.url, room) as broadcaster:
        broadcaster.hand_over(audio[: 100 * BLOCK])
        await viewer.sees(sentences=3)
        network.hang_up()
        await broadcaster.has_ended()
        await viewer.has_ended()
        broadcaster.hand_over(audio[100 * BLOCK :])
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)


async def test_a_slow_network_makes_captions_late_and_nothing_else(
    product: Product, room: RoomFacts, network: Relay
) -> None:
    audio = position_code.encode(0, 200)
    network.delay = 0.05
    async with Viewer(network.url, room) as viewer, Broadcaster(network.url, room) as broadcaster:
        broadcaster.hand_over(audio)
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)
    begins = [item["begin_ms"] for item in viewer.shown.values()]
    assert all(earlier < later for earlier, later in pairwise(begins))
