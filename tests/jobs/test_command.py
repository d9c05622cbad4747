"""`manage.py work`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from tests.faults.test_locked_database import locked
from tests.jobs.processes import PROJECT, program

PATIENCE_S = 60


async def test_a_worker_waits_for_a_locked_database_does_what_is_there_and_leaves_on_a_signal(tmp_path: Path) -> None:
    await asyncio.to_thread(program, "tests.jobs.command", tmp_path, "put")
    async with locked(tmp_path / "db.sqlite3"):
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "manage.py", "work"),
            cwd=PROJECT,
            env={"PATH": os.environ["PATH"], "SUBTITLES_DATA_DIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert worker.stdout
        assert worker.stderr
        async with asyncio.timeout(PATIENCE_S):
            assert (await worker.stdout.readline()).startswith(b"Working as ")
    log = b""
    async with asyncio.timeout(PATIENCE_S):
        while b"cancelled" not in log:
            log += await worker.stderr.readline()
        worker.terminate()
        await worker.communicate()
    assert worker.returncode == 0
    assert await asyncio.to_thread(program, "tests.jobs.command", tmp_path, "show") == ["cancelled"]
