"""The engine of a fresh machine: its sentences cannot be foretold, but nothing may be lost, doubled or out of order."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import wave
from itertools import pairwise
from pathlib import Path

import pytest

from tests.faults.broadcaster import BYTES, Broadcaster
from tests.faults.microphone import speak
from tests.faults.party import PATIENCE_S
from tests.faults.product import PROJECT, Ground, Product, RoomFacts
from tests.faults.stage import Kept, check_audio, check_viewer, kept_sentences
from tests.faults.viewer import Viewer

SPEECH = PROJECT / "tests" / "audio" / "en_austen_5utt.wav"
SECONDS = 5
SPEED = 3.0
"""Below what the engine takes, so that the faults meet a stream that is under way."""


@pytest.fixture
def room(ground: Ground) -> RoomFacts:
    return ground.rooms["preview"]


@pytest.fixture(scope="module")
def speech() -> bytes:
    with wave.open(str(SPEECH)) as file:
        assert (file.getframerate(), file.getnchannels()) == (16_000, 1)
        pcm: bytes = file.readframes(16_000 * SECONDS)
        return pcm


@pytest.mark.chaos
@pytest.mark.parametrize("victim", ["server", "recogniser"])
async def test_a_kill_costs_no_audio_and_doubles_no_sentence(
    product: Product, room: RoomFacts, speech: bytes, rounds: int, dice: random.Random, victim: str
) -> None:
    audio = b""
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        for _ in range(rounds):
            audio += speech
            speaking = asyncio.create_task(speak(broadcaster, speech, SPEED))
            await broadcaster.sends(frames=dice.randrange(1, 10 * SECONDS))
            if victim == "server":
                await product.kill()
                await product.start()
            else:
                while not (recognisers := children_of(product.pid)):
                    await viewer.hears(messages=1)
                kill_all(recognisers)
            await speaking
            await broadcaster.acknowledged()
        # Whatever was recognised in vain is recognised again, hardly faster than it was spoken on a busy machine.
        await broadcaster.stop(patience_s=PATIENCE_S + 2 * SECONDS * rounds)
        await viewer.sees_the_end()
    check_audio(product.folder, broadcaster, audio)
    assert broadcaster.acked == len(audio) // BYTES
    found = kept_sentences(product.database, broadcaster.session)
    check_order(found, len(audio) // BYTES // 16)
    check_viewer(viewer, found)


def check_order(found: list[Kept], most_ms: int) -> None:
    assert found
    assert [sentence.number for sentence in found] == list(range(1, len(found) + 1))
    assert all(earlier.end_ms <= later.begin_ms for earlier, later in pairwise(found))
    assert found[-1].end_ms <= most_ms


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill_all(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
