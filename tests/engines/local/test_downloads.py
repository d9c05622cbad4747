from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.catalog.local_types import Download
from subtitles.engines.local.downloads import WORTH_GOING_ON, Fetcher
from tests.engines.local.mirror import Mirror, mirroring

BODY = random.Random(1).randbytes(300_000)
FILE = Download("https://github.com", "/toy/model.onnx", len(BODY), hashlib.sha256(BODY).hexdigest(), "model.onnx")


@pytest.fixture
async def mirror() -> AsyncIterator[Mirror]:
    async with mirroring({FILE.path: BODY}) as running:
        yield running


@pytest.fixture
def fetcher(mirror: Mirror, tmp_path: Path) -> Fetcher:
    return Fetcher(tmp_path / "parts", mirror.address)


async def fetch(fetcher: Fetcher) -> bytes:
    noted: list[int] = []
    async with asyncio.timeout(20):
        path = await fetcher.fetch(FILE, noted.append)
    assert all(0 < have <= FILE.size for have in noted)
    return path.read_bytes()


async def failure(fetcher: Fetcher) -> EngineError:
    with pytest.raises(EngineError) as failed:
        await fetch(fetcher)
    return failed.value


async def test_a_cut_goes_on_at_the_byte_where_it_stopped(fetcher: Fetcher, mirror: Mirror) -> None:
    mirror.cut_after = [WORTH_GOING_ON, 2 * WORTH_GOING_ON]
    assert await fetch(fetcher) == BODY
    assert [wanted for _, wanted in mirror.asked] == ["", "bytes=65536-", "bytes=196608-"]


async def test_what_is_there_already_is_not_fetched_again(fetcher: Fetcher, mirror: Mirror) -> None:
    await fetch(fetcher)
    assert await fetch(fetcher) == BODY
    assert len(mirror.asked) == 1


async def test_a_line_that_brings_nothing_is_for_later_and_nothing_is_lost(fetcher: Fetcher, mirror: Mirror) -> None:
    mirror.cut_after = [1_000]
    error = await failure(fetcher)
    assert (error.kind, error.retryable) == (ErrorKind.NETWORK, True)
    assert "127.0.0.1" in str(error)
    assert await fetch(fetcher) == BODY
    assert mirror.asked[-1][1] == "bytes=1000-"


async def test_a_server_that_ignores_ranges_begins_again(fetcher: Fetcher, mirror: Mirror) -> None:
    mirror.ignores_ranges = True
    mirror.cut_after = [WORTH_GOING_ON]
    assert await fetch(fetcher) == BODY


async def test_another_file_is_thrown_away_and_said_so(fetcher: Fetcher, mirror: Mirror) -> None:
    mirror.files[FILE.path] = bytes(len(BODY))
    error = await failure(fetcher)
    assert not error.retryable
    assert "checksum" in str(error)
    assert not fetcher.part(FILE).exists()
    mirror.files[FILE.path] = BODY
    assert await fetch(fetcher) == BODY


async def test_a_file_of_another_size_is_not_even_begun(fetcher: Fetcher, mirror: Mirror) -> None:
    mirror.files[FILE.path] = BODY + b"more"
    error = await failure(fetcher)
    assert "size" in str(error)
    assert fetcher.have(FILE) == 0


async def test_a_body_without_end_is_stopped_at_the_published_size(fetcher: Fetcher, mirror: Mirror) -> None:
    mirror.endless = True
    error = await failure(fetcher)
    assert "more than" in str(error)
    assert not fetcher.part(FILE).exists()


@pytest.mark.parametrize(("status", "again"), [(404, False), (403, False), (503, True), (429, True)])
async def test_refusals_say_whether_asking_again_helps(
    fetcher: Fetcher, mirror: Mirror, status: int, again: bool
) -> None:
    mirror.status = status
    assert (await failure(fetcher)).retryable is again


async def test_without_a_mirror_the_publishers_host_is_asked(tmp_path: Path) -> None:
    assert Fetcher(tmp_path).address(FILE) == "https://github.com/toy/model.onnx"


async def test_a_mirror_that_is_not_there_is_a_network_error(tmp_path: Path) -> None:
    error = await failure(Fetcher(tmp_path, "http://127.0.0.1:1"))
    assert (error.kind, error.retryable) == (ErrorKind.NETWORK, True)


async def test_what_came_before_it_was_stopped_stays(fetcher: Fetcher, mirror: Mirror) -> None:
    mirror.stall_after = 5_000
    came = asyncio.Event()
    fetching = asyncio.create_task(fetcher.fetch(FILE, lambda have: came.set()))
    async with asyncio.timeout(20):
        await came.wait()
    fetching.cancel()
    await asyncio.gather(fetching, return_exceptions=True)
    assert fetcher.have(FILE) > 0
