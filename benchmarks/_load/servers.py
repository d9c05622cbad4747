"""The servers under test, each a process on a core of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVER_CORE, CLIENT_CORE = 0, 1
START_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Design:
    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    path: str
    """Where viewers connect."""


class RunningServer:
    def __init__(self, pid: int, port: int, path: str) -> None:
        self.pid, self.port, self.path = pid, port, path

    def cpu_s(self) -> float:
        """User and system time of all its threads: Linux makes a clock of any process (clock_getcpuclockid(3))."""
        return time.clock_gettime((~self.pid) << 3 | 2)

    def rss_bytes(self) -> int:
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def designs(folder: Path, app: str) -> tuple[Design, Design]:
    """The product with `app` inside it, and plain Channels."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), "SUBTITLES_DATA_DIR": str(folder)}
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks._load.make_room"], env=environment, check=True, capture_output=True
    )
    room = json.loads(made.stdout)
    ours = environment | {
        "DJANGO_SETTINGS_MODULE": "benchmarks._load.settings",
        "BENCH_APP": app,
        "BENCH_ROOM": str(room["room"]),
        "BENCH_SESSION": str(room["session"]),
    }
    path = f"/ws/watch/{room['token']}/"
    naive = ("-m", "daphne", "-p", "0", "--access-log", "/dev/null", "benchmarks._load.naive_app:application")
    return (
        Design("hub", ("-m", "django", "serve", "--port", "0"), ours, path),
        Design("plain Channels", naive, environment, path),
    )


@contextmanager
def running(design: Design) -> Iterator[RunningServer]:
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [sys.executable, *design.command], env=design.environment, stdout=log, stderr=subprocess.STDOUT
        )
        os.sched_setaffinity(process.pid, {SERVER_CORE})
        try:
            yield RunningServer(process.pid, _port(process, log.fileno()), design.path)
        finally:
            process.kill()
            process.wait()


def _port(process: subprocess.Popen[bytes], log: int) -> int:
    """From the line with which it says that it listens; `pread` leaves the place alone at which it writes on."""
    end = time.monotonic() + START_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        said = os.pread(log, 65_536, 0).decode(errors="replace")
        if found := re.search(r"Listening on (?:TCP address |http://)\S+:(\d+)", said):
            return int(found[1])
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not listen: {os.pread(log, 65_536, 0).decode(errors='replace')}")
