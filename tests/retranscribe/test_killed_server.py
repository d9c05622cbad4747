"""kill -9 of the web process that does the jobs, and a restart of everything: each job ends once, or asks."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.dashscope import BatchBehaviour, FakeDashScope
from tests.faults.product import Product
from tests.faults.stage import rows
from tests.jobs.processes import program

MODELS = TASK, OTHER, AT_ONCE = "fun-asr", "paraformer-v2", "fun-asr-flash-2026-06-15"
DONE, ASKS = ["done", [2], 1], ["uncertain", [], 0]
SETTINGS = "tests.retranscribe.server_settings"
PATIENCE_S, LOOK_S = 60.0, 0.05


async def ground(folder: Path, *arguments: str) -> Any:
    return await asyncio.to_thread(program, "tests.retranscribe.server_ground", folder, *arguments)


async def until(folder: Path, **wanted: int) -> None:
    """So many jobs are in these states."""
    async with asyncio.timeout(PATIENCE_S):
        # Another process does it.
        while not wanted.items() <= (await asyncio.to_thread(states, folder)).items():  # noqa: ASYNC110
            await asyncio.sleep(LOOK_S)


def states(folder: Path) -> Counter[str]:
    return Counter(str(row[0]) for row in rows(folder, "SELECT state FROM subtitles_job WHERE kind = 'retranscribe'"))


@pytest.mark.long
async def test_whatever_is_killed_each_job_ends_once_and_is_paid_for_once_or_asks(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    await ground(folder, "put", *MODELS)
    async with FakeDashScope() as fake:
        fake.batch.default = BatchBehaviour(held=True)
        environment = {
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "SUBTITLES_DASHSCOPE_HTTP_URL": fake.http_url,
            "SUBTITLES_JOBS_HEARTBEAT_S": "0.1",
            "SUBTITLES_JOBS_STALE_S": "0.5",
        }
        async with Product(folder, **environment) as product:
            await fake.until(lambda: len(fake.batch.log.bill) == len(MODELS))
            await until(folder, waiting=2, submitting=1)
            await product.kill()  # two tasks run at the service; one answer is on its way
            await product.start()
            await until(folder, waiting=2, uncertain=1)
            code, _ = await product.terminate()
            fake.batch.release()  # their results come while nobody is there
            await product.start()
            await until(folder, done=2, uncertain=1)
        assert code == 0
        assert await ground(folder, "show") == {TASK: DONE, OTHER: DONE, AT_ONCE: ASKS}
        assert Counter(submit.model for submit in fake.batch.log.bill) == dict.fromkeys(MODELS, 1)
        assert product.complaints() == []
