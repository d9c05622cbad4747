from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes import position_code
from tests.faults.broadcaster import BYTES, Broadcaster
from tests.faults.microphone import speak
from tests.faults.product import PROJECT, Product, RoomFacts
from tests.faults.stage import check_run
from tests.faults.viewer import Viewer

BLOCK = position_code.BLOCK_SAMPLES * BYTES
SHORT_S, LONG_S = 5, 30


@asynccontextmanager
async def locked(database: Path) -> AsyncIterator[None]:
    """Another program holds the write lock."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.locker", str(database)),
        cwd=PROJECT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert program.stdout
    assert await program.stdout.readline() == b"locked\n"
    try:
        yield
    finally:
        await program.communicate(b"")


@pytest.mark.chaos
async def test_while_the_database_is_locked_audio_is_kept_and_sentences_wait_in_order(
    product: Product, room: RoomFacts, rounds: int
) -> None:
    """Five seconds, as often as a back-up might; half a minute in the long run, which is more than SQLite waits."""
    seconds = SHORT_S if rounds < 10 else LONG_S
    audio = position_code.encode(0, 50 + 10 * seconds)
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        broadcaster.hand_over(audio[: 50 * BLOCK])
        await viewer.sees(sentences=2)
        seen = len(viewer.shown)
        async with locked(product.folder / "db.sqlite3"):
            await speak(broadcaster, audio[50 * BLOCK :])
            await broadcaster.acknowledged()
            assert len(viewer.shown) <= seen + 1
            # They can be read already, as what is not certain yet.
            await viewer.until(lambda: len(viewer.open) >= 2)
            await broadcaster.until(lambda: broadcaster.storage_is("late"))
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)
    assert broadcaster.codes[:-1] == viewer.codes == []


async def test_a_server_killed_while_the_database_is_locked_recognises_again_what_was_not_committed(
    product: Product, room: RoomFacts
) -> None:
    audio = position_code.encode(0, 200)
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        broadcaster.hand_over(audio[: 50 * BLOCK])
        await viewer.sees(sentences=2)
        async with locked(product.folder / "db.sqlite3"):
            broadcaster.hand_over(audio[50 * BLOCK :])
            await broadcaster.acknowledged()
            await viewer.until(lambda: len(viewer.open) >= 2)
            await product.kill()
        await product.start()
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)
