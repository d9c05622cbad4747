from __future__ import annotations

import pytest

from tests.fakes import position_code
from tests.fakes.dashscope import FakeDashScope
from tests.faults.broadcaster import BYTES, Broadcaster
from tests.faults.product import Ground, Product
from tests.faults.stage import check_audio, check_sentences, check_viewer, kept_sentences, rows
from tests.faults.viewer import Viewer

BLOCK = position_code.BLOCK_SAMPLES * BYTES
MUTE_BLOCKS = 3_000
"""Five minutes."""


@pytest.mark.parametrize("engine", ["dashscope", "dashscope-v1"])
async def test_five_minutes_of_mute_change_nothing_about_what_is_said_afterwards(
    product: Product, ground: Ground, service: FakeDashScope, engine: str
) -> None:
    """The first model is kept awake by its heartbeat; the second ends a task after a minute without speech."""
    room = ground.rooms[engine]
    mute = bytes(MUTE_BLOCKS * BLOCK)
    said = position_code.encode(0, 40)
    # Numbered as if the silence had been spoken: a word's number is still its place in the recording.
    said_later = position_code.encode(40 + MUTE_BLOCKS, 60)
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        broadcaster.hand_over(said)
        await viewer.sees(sentences=2)
        broadcaster.hand_over(mute)
        await broadcaster.acknowledged()
        broadcaster.hand_over(said_later)
        ended = await broadcaster.stop()
        await viewer.sees_the_end()
    audio = said + mute + said_later
    check_audio(product.folder, broadcaster, audio)
    assert ended["samples"] == len(audio) // BYTES
    found = kept_sentences(product.database, broadcaster.session)
    check_sentences(found, position_code.sentences(0, 40) + position_code.sentences(40 + MUTE_BLOCKS, 60))
    check_viewer(viewer, found)
    assert (len(service.log.tasks) == 1) == (engine == "dashscope")


@pytest.fixture(params=[10.0, 0.2], ids=["short", "long"])
def idle_finish_s(request: pytest.FixtureRequest, environment: dict[str, str]) -> float:
    """Beside this, the pause of the test is short or long."""
    environment["SUBTITLES_IDLE_FINISH_S"] = str(request.param)
    return float(request.param)


async def test_a_pause_adds_no_samples_and_is_noted(idle_finish_s: float, product: Product, ground: Ground) -> None:
    """Short: the engine's task goes on. Long: it is finished, and the next sample begins another."""
    room = ground.rooms["dashscope"]
    audio, at = position_code.encode(0, 100), 55
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        broadcaster.hand_over(audio[: at * BLOCK])
        broadcaster.wish("pause")
        await broadcaster.acknowledged()
        if idle_finish_s < 1:
            await broadcaster.hears_of("idle")
        broadcaster.wish("resume")
        broadcaster.hand_over(audio[at * BLOCK :])
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_audio(product.folder, broadcaster, audio)
    halves = position_code.sentences(0, at) + position_code.sentences(at, 100 - at)
    found = kept_sentences(product.database, broadcaster.session)
    check_sentences(found, halves if idle_finish_s < 1 else position_code.sentences(0, 100))
    check_viewer(viewer, found)
    gaps = rows(product.database, "SELECT at_samples, reason, to_at > from_at FROM subtitles_recordinggap")
    assert gaps == [(at * position_code.BLOCK_SAMPLES, "pause", True)]
