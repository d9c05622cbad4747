from __future__ import annotations

import random

import pytest

from tests.fakes import position_code
from tests.fakes.dashscope import Behaviour, FakeDashScope
from tests.faults.broadcaster import Broadcaster
from tests.faults.product import Product, RoomFacts
from tests.faults.stage import check_audio, check_run, check_viewer, check_words, kept_sentences
from tests.faults.viewer import Viewer

BLOCKS_PER_ROUND = 200
RESTARTING = 4503
MOST_S = 10.0


@pytest.mark.chaos
async def test_a_server_that_is_asked_to_stop_tells_everybody_and_goes_on_after_its_restart(
    product: Product, room: RoomFacts, rounds: int, dice: random.Random
) -> None:
    audio = position_code.encode(0, BLOCKS_PER_ROUND * (rounds + 1))
    size = len(audio) // (rounds + 1)
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        for strike in range(rounds):
            broadcaster.hand_over(audio[strike * size : (strike + 1) * size])
            await broadcaster.sends(frames=dice.randrange(1, BLOCKS_PER_ROUND))
            await viewer.until(lambda: viewer.session)
            code, seconds = await product.terminate()
            assert code == 0
            assert seconds <= MOST_S
            await product.start()
            await viewer.has_ended(times=strike + 1)
            await viewer.until(lambda: viewer.is_connected)
        broadcaster.hand_over(audio[rounds * size :])
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_audio(product.folder, broadcaster, audio)
    found = kept_sentences(product.database, broadcaster.session)
    # The open sentence is ended by the shutdown, so that its words are kept at once.
    check_words(found, position_code.sentences(0, BLOCKS_PER_ROUND * (rounds + 1)))
    check_viewer(viewer, found)
    assert viewer.codes == [RESTARTING] * rounds
    assert broadcaster.codes[:rounds] == [RESTARTING] * rounds


async def test_an_engine_that_does_not_answer_cannot_hold_the_shutdown_up(
    product: Product, room: RoomFacts, service: FakeDashScope
) -> None:
    audio = position_code.encode(0, 200)
    service.next(Behaviour(at_ms=9_000, then="stall"))
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        broadcaster.hand_over(audio)
        await broadcaster.acknowledged()
        await viewer.sees(sentences=4)
        code, seconds = await product.terminate()
        assert code == 0
        assert seconds <= MOST_S
        await product.start()
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)
