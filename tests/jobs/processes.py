"""Workers as processes of their own. A program is a module's `main(arguments)` in a fresh Python that forks them."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections

from subtitles.jobs import runner
from subtitles.jobs.kinds import Kind
from subtitles.models import Job

PROJECT = Path(__file__).parents[2]
LOOK_S = 0.05


def program(module: str, folder: Path, *arguments: str, **environment: str) -> Any:
    """Runs it to its end; what it printed, as JSON."""
    code = f"import django; django.setup(); from {module} import main; main(*{arguments!r})"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env={
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "DJANGO_SETTINGS_MODULE": "subtitles.settings",
            "SUBTITLES_DATA_DIR": str(folder),
            "SUBTITLES_LOG_LEVEL": "ERROR",
            "SUBTITLES_JOBS_HEARTBEAT_S": "0.1",
            "SUBTITLES_JOBS_STALE_S": "0.5",
            **environment,
        },
        check=True,
        stdout=subprocess.PIPE,
        timeout=100,
    )
    return json.loads(answer.stdout)


def prepare_database() -> None:
    """Makes the tables. Processes are killed here, machines are not: nothing needs to reach the disk."""
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    call_command("migrate", verbosity=0)


def in_a_child(run: Callable[[], None]) -> int:
    """Forks; the child's number."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            run()
        except BaseException:  # noqa: BLE001 - the process's top
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    return child


def ended(child: int) -> int:
    """Its exit code; a signal is negative."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def work(kind: Kind) -> None:
    """A worker, until there is nothing more to be done without a person."""
    runner.LOOK_AGAIN_S = LOOK_S
    asyncio.run(_work(kind))


async def _work(kind: Kind) -> None:
    worker = runner.Runner(get_kind=lambda name: kind)
    worker.start()
    async with asyncio.timeout(60):
        while await asyncio.to_thread(_something_to_do):  # noqa: ASYNC110 - another process may do it
            await asyncio.sleep(LOOK_S)
    await worker.drain()


def _something_to_do() -> bool:
    try:
        return Job.objects.filter(state__in=Job.RUNNABLE).exists()
    finally:
        connections.close_all()
