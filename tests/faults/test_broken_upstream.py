from __future__ import annotations

import random
from typing import Any

import pytest

from tests.fakes import position_code
from tests.fakes.dashscope import Behaviour, FakeDashScope
from tests.faults.broadcaster import Broadcaster
from tests.faults.product import Product, RoomFacts
from tests.faults.stage import check_run, hears
from tests.faults.viewer import Viewer

pytestmark = pytest.mark.standing
BLOCKS_PER_ROUND = 300
FAULTS: list[dict[str, Any]] = [
    {"then": "drop"},
    {"then": "fail", "code": "InternalError", "message": "The service is busy with itself."},
    {"then": "close", "close_code": 1011},
    {"then": "finish"},
    {"then": "malformed"},
    {"then": "binary"},
]


@pytest.mark.chaos
async def test_an_upstream_that_breaks_anywhere_costs_no_sentence(
    product: Product, room: RoomFacts, service: FakeDashScope, rounds: int, dice: random.Random
) -> None:
    blocks = BLOCKS_PER_ROUND * rounds
    audio = position_code.encode(0, blocks)
    size = len(audio) // rounds
    kinds = [FAULTS[strike % len(FAULTS)] for strike in range(rounds)]
    dice.shuffle(kinds)
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        for strike, kind in enumerate(kinds):
            # Two breaks close together: one under way, one anywhere in the connection that follows.
            service.next(Behaviour(at_message=dice.randrange(1, 120), **kind))
            broadcaster.hand_over(audio[strike * size : (strike + 1) * size])
            await hears(service, frames=dice.randrange(BLOCKS_PER_ROUND))
            service.cut()
            await viewer.sees(sentences=15 * (strike + 1))
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)
    assert len(service.log.connections) > rounds


async def test_an_upstream_that_goes_silent_is_given_up_and_asked_again(
    product: Product, room: RoomFacts, service: FakeDashScope, dice: random.Random
) -> None:
    audio = position_code.encode(0, 400)
    service.next(Behaviour(at_ms=dice.randrange(1_000, 20_000), then="stall"))
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        broadcaster.hand_over(audio)
        await broadcaster.acknowledged()
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)


REFUSALS = [
    (Behaviour(refuse=-1), "retrying"),
    (Behaviour(refuse=503), "busy"),
    (Behaviour(refuse=429, code="Throttling.RateQuota", retry_after="1"), "busy"),
]


async def test_while_the_upstream_refuses_audio_is_kept_and_captioned_later(
    product: Product, room: RoomFacts, service: FakeDashScope
) -> None:
    """It resets connections, then is out of order, then has too much to do."""
    audio = position_code.encode(0, 200 * (1 + len(REFUSALS)))
    size = len(audio) // (1 + len(REFUSALS))
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        broadcaster.hand_over(audio[:size])
        for turn, (refusal, state) in enumerate(REFUSALS, start=1):
            await viewer.sees(sentences=10 * turn)
            await broadcaster.hears_of("ok")
            service.default = refusal
            service.cut()
            broadcaster.hand_over(audio[turn * size : (turn + 1) * size])
            await broadcaster.acknowledged()
            await broadcaster.hears_of(state)
            assert len(viewer.shown) == 10 * turn
            service.default = Behaviour()
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)


async def test_a_wrong_key_is_not_tried_again_until_the_broadcaster_comes_back(
    product: Product, room: RoomFacts, service: FakeDashScope
) -> None:
    audio = position_code.encode(0, 100)
    service.default = Behaviour(refuse=401, code="InvalidApiKey")
    async with Viewer(product.url, room) as viewer:
        async with Broadcaster(product.url, room) as broadcaster:
            broadcaster.hand_over(audio)
            await broadcaster.acknowledged()
            await broadcaster.hears_of("key")
            assert len(service.log.connections) == 1
        service.default = Behaviour()
        async with Broadcaster(product.url, room, broadcast=broadcaster.broadcast) as again:
            again.hand_over(audio)
            await again.stop()
        await viewer.sees_the_end()
    check_run(product, again, viewer, audio)
