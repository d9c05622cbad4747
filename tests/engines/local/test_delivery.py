from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from subtitles.engines.base import EngineError, ErrorKind, Options
from subtitles.engines.catalog.local_types import Package
from subtitles.engines.local.delivery import Delivery
from subtitles.engines.local.models import Models
from subtitles.engines.local.sherpa import LocalEngine
from subtitles.engines.local.sherpa_locks import exclusive
from tests.engines.local.mirror import Mirror, mirroring
from tests.engines.local.streams import austen, chunks, hear, seconds
from tests.engines.local.toy_delivery import offer
from tests.engines.local.toy_shop import CTC, SENSE_VOICE


async def nobody(step: str, percent: int) -> None:
    """Not asked for."""


@pytest.fixture
async def offered(tmp_path: Path) -> AsyncIterator[tuple[Package, Mirror]]:
    wanted, files = offer(CTC, tmp_path / "toy")
    async with mirroring(files) as mirror:
        yield wanted, mirror


@pytest.fixture
def models(tmp_path: Path) -> Models:
    return Models(tmp_path / "models")


async def failure(delivery: Delivery, wanted: Package) -> EngineError:
    with pytest.raises(EngineError) as failed:
        await delivery.bring(wanted, nobody)
    return failed.value


async def test_a_fetched_model_captions(offered: tuple[Package, Mirror], models: Models) -> None:
    wanted, mirror = offered
    told: list[tuple[str, int]] = []

    async def tell(step: str, percent: int) -> None:
        told.append((step, percent))

    await Delivery(models, mirror.address).bring(wanted, tell)
    assert told == sorted(told)
    assert [path.name for path in models.root.rglob("*.part")] == []
    async with LocalEngine(models.root).open(Options(CTC)) as stream:
        assert await hear(stream, chunks(seconds(austen(), 8.8, 11.8)))


async def test_files_that_are_not_packed_come_one_by_one(tmp_path: Path, models: Models) -> None:
    wanted, files = offer(SENSE_VOICE, tmp_path / "toy", packed=False)
    async with mirroring(files) as mirror:
        await Delivery(models, mirror.address).bring(wanted, nobody)
        assert len(mirror.asked) == 2
    installed = models.find(SENSE_VOICE)
    assert installed
    assert sorted(installed.files) == ["model.int8.onnx", "tokens.txt"]


async def test_what_is_here_is_not_fetched(offered: tuple[Package, Mirror], models: Models) -> None:
    wanted, mirror = offered
    for _ in range(2):
        await Delivery(models, mirror.address).bring(wanted, nobody)
    assert len(mirror.asked) == 1


async def test_a_full_disk_is_said_before_anything_is_fetched(offered: tuple[Package, Mirror], models: Models) -> None:
    wanted, mirror = offered
    error = await failure(Delivery(models, mirror.address, reserve_bytes=1 << 60), wanted)
    assert (error.code, mirror.asked) == ("disk-full", [])


async def test_an_archive_without_the_models_files_is_refused(offered: tuple[Package, Mirror], models: Models) -> None:
    wanted, mirror = offered
    error = await failure(Delivery(models, mirror.address), replace(wanted, roles={"model": ("other.onnx",)}))
    assert error.code == "incomplete"
    assert "other.onnx" in str(error)
    assert models.find(CTC) is None


async def test_what_cannot_be_downloaded_says_how_it_comes_here(models: Models, tmp_path: Path) -> None:
    wanted, _ = offer(CTC, tmp_path / "toy")
    error = await failure(Delivery(models), replace(wanted, downloads=()))
    assert "import" in str(error)


async def test_two_do_not_fetch_the_same_at_once(offered: tuple[Package, Mirror], models: Models) -> None:
    wanted, mirror = offered
    parts = models.root / ".parts" / CTC
    parts.mkdir(parents=True)
    with exclusive(parts):
        error = await failure(Delivery(models, mirror.address), wanted)
    assert (error.kind, error.retryable) == (ErrorKind.BUSY, True)


@pytest.mark.parametrize("strike_at", ["downloading", "unpacking", "install"])
async def test_kill_9_anywhere_leaves_nothing_half_and_the_next_attempt_goes_on(
    offered: tuple[Package, Mirror], models: Models, tmp_path: Path, strike_at: str
) -> None:
    wanted, mirror = offered
    mirror.stall_after = 9_000 if strike_at == "downloading" else None
    command = (sys.executable, "-m", "tests.engines.local.downloader")
    killed = await asyncio.create_subprocess_exec(
        *command, str(models.root), mirror.address, str(tmp_path / "again"), strike_at
    )
    async with asyncio.timeout(30):
        assert await killed.wait() == -9
    assert models.find(CTC) is None
    have = sum(path.stat().st_size for path in models.root.rglob("*.part"))
    assert 0 < have <= wanted.size
    mirror.stall_after = None
    await Delivery(models, mirror.address).bring(wanted, nobody)
    assert models.find(CTC)
    assert [wanted for _, wanted in mirror.asked[1:]] == ([] if have == wanted.size else [f"bytes={have}-"])
