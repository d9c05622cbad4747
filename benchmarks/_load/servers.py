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

    def children_cpu_s(self) -> float:
        """User and system time of the processes that it started and that have ended (proc_pid_stat(5), 16 and 17)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

    def rss_bytes(self) -> int:
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Place:
    """A data folder with rooms in it, and the environment in which a server finds them."""

    rooms: list[dict[str, str]]
    environment: Mapping[str, str]


def make_place(folder: Path, rooms: int = 1, **environment: str) -> Place:
    """`environment` is added to the server's, in capitals as it stands."""
    ours = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), "SUBTITLES_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "benchmarks._load.make_room", str(rooms)]
    made = json.loads(subprocess.run(command, env=ours, check=True, capture_output=True).stdout)
    found = {"BENCH_ROOM": str(made["rooms"][0]["id"]), "BENCH_SESSION": str(made["session"])}
    return Place(made["rooms"], ours | found | environment)


def product(place: Place, app: str) -> Design:
    """`manage.py serve`, with `app` in the place of its own application."""
    environment = {**place.environment, "DJANGO_SETTINGS_MODULE": "benchmarks._load.settings", "BENCH_APP": app}
    path = f"/ws/watch/{place.rooms[0]['token']}/"
    return Design("hub", ("-m", "django", "serve", "--port", "0"), environment, path)


def plain_channels(place: Place) -> Design:
    command = ("-m", "daphne", "-p", "0", "--access-log", "/dev/null", "benchmarks._load.naive_app:application")
    return Design("plain Channels", command, place.environment, "/ws/watch/anybody/")


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
