from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import position_code
from tests.faults.broadcaster import BYTES, Broadcaster
from tests.faults.product import Ground, Product, RoomFacts
from tests.faults.small_disk import LimitedFiles, SmallDisk, small_disk
from tests.faults.stage import check_audio, check_run
from tests.faults.viewer import Viewer

BLOCK = position_code.BLOCK_SAMPLES * BYTES
FEW_BYTES = 200_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "data") as disk:
        yield disk


@pytest.fixture
def folder(ground: Ground, tmp_path: Path, disk: SmallDisk) -> Path:
    folder = tmp_path / "data"
    ground.copy_to(folder)
    return folder


@pytest.mark.chaos
async def test_a_full_disk_stops_acknowledgements_and_nothing_else(
    product: Product, room: RoomFacts, disk: SmallDisk, rounds: int, dice: random.Random
) -> None:
    blocks = 300
    audio = position_code.encode(0, blocks * rounds)
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        for strike in range(rounds):
            pieces = audio[strike * blocks * BLOCK : (strike + 1) * blocks * BLOCK]
            broadcaster.hand_over(pieces[: 100 * BLOCK])
            await viewer.sees(sentences=15 * strike + 5)
            disk.fill(product, leaving=dice.randrange(1, FEW_BYTES))
            broadcaster.hand_over(pieces[100 * BLOCK :])
            await broadcaster.until(lambda: broadcaster.storage_is("full"))
            assert broadcaster.acked < broadcaster.handed_over
            check_audio(product.folder, broadcaster, audio)
            disk.free(product)
            await broadcaster.acknowledged()
            await broadcaster.until(lambda: broadcaster.storage_is("ok"))
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)
    assert broadcaster.codes[:-1] == viewer.codes == []


async def test_a_server_killed_while_its_disk_is_full_has_everything_that_it_acknowledged(
    product: Product, room: RoomFacts, disk: SmallDisk
) -> None:
    audio = position_code.encode(0, 200)
    async with Viewer(product.url, room) as viewer, Broadcaster(product.url, room) as broadcaster:
        broadcaster.hand_over(audio[: 100 * BLOCK])
        await viewer.sees(sentences=5)
        disk.fill(product, leaving=30_000)
        broadcaster.hand_over(audio[100 * BLOCK :])
        await broadcaster.until(lambda: broadcaster.storage_is("full"))
        await product.kill()
        check_audio(product.folder, broadcaster, audio)
        await product.start()
        disk.free(product)
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)


async def test_without_space_for_a_recording_no_broadcast_begins(
    environment: dict[str, str], folder: Path, room: RoomFacts
) -> None:
    async with (
        Product(folder, **environment, SUBTITLES_MIN_FREE_BYTES=str(1 << 60)) as product,
        Broadcaster(product.url, room) as broadcaster,
    ):
        await broadcaster.has_ended()
    assert broadcaster.codes[0] == 4507
    assert broadcaster.errors[0]["key"] == "storage_full"
    assert broadcaster.errors[0]["retry_after"] > 0


async def test_a_limit_on_file_sizes_is_met_like_a_full_disk(
    environment: dict[str, str], ground: Ground, room: RoomFacts, tmp_path: Path
) -> None:
    folder, disk = tmp_path / "unlimited", LimitedFiles()
    ground.copy_to(folder)
    audio = position_code.encode(0, 200)
    async with (
        Product(folder, **environment) as product,
        Viewer(product.url, room) as viewer,
        Broadcaster(product.url, room) as broadcaster,
    ):
        broadcaster.hand_over(audio[: 100 * BLOCK])
        await viewer.sees(sentences=5)
        disk.fill(product, leaving=30_001)
        broadcaster.hand_over(audio[100 * BLOCK :])
        await broadcaster.until(lambda: broadcaster.storage_is("full"))
        disk.free(product)
        await broadcaster.stop()
        await viewer.sees_the_end()
    check_run(product, broadcaster, viewer, audio)
