from __future__ import annotations

import random

import pytest

from tests.fakes import position_code
from tests.fakes.dashscope import FakeDashScope
from tests.faults.broadcaster import Broadcaster
from tests.faults.product import Ground, Product, RoomFacts
from tests.faults.stage import check_run, hears
from tests.faults.viewer import Viewer

BLOCKS_PER_ROUND = 300


@pytest.mark.parametrize("name", ["dashscope", "dashscope-8k"])
async def test_without_a_fault_the_words_are_those_that_the_audio_carries(
    product: Product, ground: Ground, name: str
) -> None:
    room, audio = ground.rooms[name], position_code.encode(0, 200)
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        broadcaster.hand_over(audio)
        ended = await broadcaster.stop()
        assert (ended["samples"], ended["sentences"]) == (len(audio) // 2, 10)
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)


@pytest.mark.chaos
async def test_a_server_killed_at_any_moment_loses_nothing_that_it_acknowledged(
    product: Product, room: RoomFacts, service: FakeDashScope, rounds: int, dice: random.Random
) -> None:
    blocks = BLOCKS_PER_ROUND * (rounds + 1)
    audio = position_code.encode(0, blocks)
    size = len(audio) // (rounds + 1)
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        for strike in range(rounds):
            broadcaster.hand_over(audio[strike * size : (strike + 1) * size])
            # While audio comes in, or while the captions of it go out.
            frames = dice.randrange(1, BLOCKS_PER_ROUND)
            if dice.random() < 0.5:
                await broadcaster.sends(frames)
            else:
                await hears(service, frames)
            await product.kill()
            await product.start()
        broadcaster.hand_over(audio[rounds * size :])
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)
