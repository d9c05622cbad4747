"""The product as its operator runs it: `manage.py serve` in a process and a data folder of its own."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.fakes.dashscope import KEY

PROJECT = Path(__file__).resolve().parents[2]
REDIS_AWAY = " ERROR channels_redis.pubsub "
"""The layer's own way to say that its connection broke."""
START_S = 60.0
"""Generous: the machine may be busy with other tests."""


@dataclass(frozen=True, slots=True)
class RoomFacts:
    slug: str
    watch_token: str
    stream_key: str


class Ground:
    """A data folder with its tables and rooms, made once and copied for each product that starts from it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = environment
        answer = subprocess.run(
            [sys.executable, "-m", "tests.faults.ground"],
            env=_environment(folder, environment),
            cwd=PROJECT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=START_S,
        )
        self.rooms = {name: _room(facts) for name, facts in json.loads(answer.stdout).items()}

    def copy_to(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        for name in ("db.sqlite3", "secret_key"):
            if (self.folder / name).exists():
                shutil.copy(self.folder / name, folder / name)


class NotListening(Exception):
    """It ended instead; `str()` is the end of its log."""


class Product:
    """Keeps its port over restarts, as behind a fixed address. Its log grows beside the folder, in `<name>.log`."""

    def __init__(self, folder: Path, *, name: str = "product", **environment: str) -> None:
        self.folder = folder
        self.port = 0
        self.log = folder.with_name(f"{name}.log")
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path | str:
        """The address of its PostgreSQL, or the folder of its SQLite."""
        return self._environment.get("SUBTITLES_DATABASE_URL") or self.folder

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def start(self) -> None:
        """Returns when it listens. Raises NotListening."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "manage.py", "serve", "--port", str(self.port)),
                env=_environment(self.folder, self._environment),
                cwd=PROJECT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout
        async with asyncio.timeout(START_S):
            line = await self._process.stdout.readline()
        if not line.startswith(b"Listening on "):
            await self.wait()
            raise NotListening(self.log.read_text()[-2000:])
        self.port = int(line.rstrip().rpartition(b":")[2])

    async def kill(self) -> None:
        """SIGKILL: nothing of the product's own runs any more."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        await self.wait()

    async def wait(self) -> int:
        """The exit code, once it has ended."""
        if self._process is None:
            return 0
        await self._process.communicate()
        return self._process.returncode or 0

    async def terminate(self) -> tuple[int, float]:
        """SIGTERM; the exit code and how many seconds it took."""
        assert self._process
        began = time.monotonic()
        self._process.terminate()
        async with asyncio.timeout(30):
            code = await self.wait()
        return code, time.monotonic() - began

    def complaints(self) -> list[str]:
        """Lines of its log that no fault excuses: programming errors."""
        marks = (" ERROR ", " CRITICAL ", "never awaited", "never retrieved", "Exception ignored")
        lines = self.log.read_text().splitlines()
        return [line for line in lines if any(mark in line for mark in marks) and REDIS_AWAY not in line]


def _environment(folder: Path, more: dict[str, str]) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "subtitles.settings",
        "PYTHONWARNINGS": "default",
        "SUBTITLES_DATA_DIR": str(folder),
        "SUBTITLES_MIN_FREE_BYTES": "0",
        "SUBTITLES_DASHSCOPE_MAX_PACE": "1000",
        "DASHSCOPE_API_KEY": KEY,
        **more,
    }


def _room(facts: dict[str, str]) -> RoomFacts:
    return RoomFacts(facts["slug"], facts["watch_url"].rstrip("/").rpartition("/")[2], facts["stream_key"])
