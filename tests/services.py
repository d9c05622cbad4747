"""Real Redis and PostgreSQL for the tests that need them: on loopback, in folders of their own, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest

_PATIENCE_S = 60
S = TypeVar("S", bound="Service")


class Service:
    """A server process that says in a line of its log when it is ready."""

    def __init__(self, command: list[str], ready: str, port: int, user: str | None = None) -> None:
        self.port = port
        self._command, self._ready_words, self._user = command, ready, user
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            **_as_user(self._user),
        )
        ready = threading.Event()
        last: deque[str] = deque(maxlen=20)
        threading.Thread(target=self._read_log, args=(process, ready, last), daemon=True).start()
        self._process = process
        if not ready.wait(_PATIENCE_S) or process.poll() is not None:
            self.kill()
            raise RuntimeError(f"{self._command[0]} did not start: {''.join(last)}")

    def _read_log(self, process: subprocess.Popen[str], ready: threading.Event, last: deque[str]) -> None:
        assert process.stdout
        with process.stdout:
            for line in process.stdout:
                last.append(line)
                if self._ready_words in line:
                    ready.set()
        process.wait()
        ready.set()

    def stop(self) -> None:
        """Asks it to end, and waits."""
        if self._process:
            self._process.terminate()
            self._process.wait(_PATIENCE_S)
            self._process = None

    def kill(self) -> None:
        """SIGKILL: what a power cut looks like to its clients."""
        if self._process:
            self._process.kill()
            self._process.wait(_PATIENCE_S)
            self._process = None


class Redis(Service):
    def __init__(self, folder: Path) -> None:
        port = free_port()
        options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
        super().__init__([binary("redis-server"), "--port", str(port), *options], "Ready to accept", port)
        self.url = f"redis://127.0.0.1:{port}/0"


class PostgreSQL(Service):
    def __init__(self, folder: Path) -> None:
        user = "postgres" if os.getuid() == 0 else None  # it refuses to run as root
        if user:
            shutil.chown(folder, user)
        subprocess.run(
            [binary("initdb"), "-D", str(folder), "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            check=True,
            capture_output=True,
            cwd=folder,
            **_as_user(user),
        )
        port = free_port()
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        command = [binary("postgres"), "-D", str(folder), "-p", str(port)]
        command += [f"--{name}={value}" for name, value in options.items()]
        super().__init__(command, "database system is ready to accept connections", port, user)
        self._address = f"postgresql://tests@127.0.0.1:{port}"

    def new_database(self, name: str) -> str:
        """Makes an empty database and returns its address."""
        with psycopg.connect(f"{self._address}/postgres", autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        return f"{self._address}/{name}"


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    with tempfile.TemporaryDirectory(prefix="subtitles-redis-") as folder:
        yield from _running(Redis(Path(folder)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgreSQL]:
    # Not below pytest's own folder: that one is closed to the user who must own this one.
    with tempfile.TemporaryDirectory(prefix="subtitles-postgres-") as folder:
        yield from _running(PostgreSQL(Path(folder)))


def _running(service: S) -> Iterator[S]:
    service.start()
    try:
        yield service
    finally:
        service.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def binary(name: str) -> str:
    """Debian keeps PostgreSQL's programs off the PATH, one folder per version."""
    found = shutil.which(name)
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if found is None and not versions:
        raise FileNotFoundError(f"{name} is missing; CONTRIBUTING.md says what the tests need on the machine")
    return found or str(versions[-1])


def _as_user(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
