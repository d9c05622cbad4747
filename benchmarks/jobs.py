"""What re-transcriptions cost, how fast they are handed over, and whether live captions wait behind them.

Run as `python -m benchmarks.jobs [--rounds 3] [--queued 500]`; a round takes about four minutes, most of it the handing
over of the queued jobs at the documented rate. The server with its jobs has one core, the service it talks to is a
stand-in on the other.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import quantiles

from benchmarks._load.broadcasters import through_server
from benchmarks._load.crowd import Crowd, pin
from benchmarks._load.report import CLIENT_SHARE, Row, Table, print_table
from benchmarks._load.servers import CLIENT_CORE, Design, Place, RunningServer, make_place, product, running
from benchmarks._load.transcriptions import SUBMITS_PER_SECOND, TranscriptionService
from benchmarks._load.upstream import Upstream

APP = "benchmarks._load.hub_app.application"
MODEL = "paraformer-v2"
PARTS = ("cost", "live", "rate")
FEW, MANY, POLLS = 10, 1_010, 8
IMPORTED = 10_000
ALLOWED = 0.8 * SUBMITS_PER_SECOND
"""The share of a documented rate that jobs take."""
AIM_JOB_MS, AIM_SENTENCE_MS, AIM_POLL_MS, AIM_FINAL_MS = 50.0, 0.05, 5.0, 20.0
START_WITHIN_S, DONE_WITHIN_S = 60.0, 300.0
SAYS_PER_SECOND, FINAL_EVERY = 20, 2
ALONE_S, LOOK_S = 10.0, 0.25
_UNINDEXED = "SELECT count(*) FROM subtitles_searchchange"
_STATES = "SELECT state, count(*) FROM subtitles_job WHERE kind = 'retranscribe' GROUP BY state"


class Bench:
    """A server that does jobs, and the folder that it works in."""

    def __init__(self, place: Place, server: RunningServer, service: TranscriptionService) -> None:
        self.place, self.server, self.service = place, server, service
        self._database = Path(place.environment["SUBTITLES_DATA_DIR"]) / "db.sqlite3"

    def cpu_s(self) -> float:
        """Long results are read by a process of their own: it counts too."""
        return self.server.cpu_s() + self.server.children_cpu_s()

    async def put(self, jobs: int) -> None:
        command = [sys.executable, "-m", "benchmarks._load.make_jobs", str(jobs), MODEL]
        environment = {**self.place.environment, "DJANGO_SETTINGS_MODULE": "subtitles.settings"}
        await asyncio.to_thread(subprocess.run, command, env=environment, check=True)

    async def until_all_is_found(self) -> None:
        """The search index keeps up behind an import, in the same process."""
        async with asyncio.timeout(DONE_WITHIN_S):
            while await asyncio.to_thread(self._count, _UNINDEXED):  # noqa: ASYNC110
                await asyncio.sleep(0.25)

    async def until(self, holds: Callable[[dict[str, int]], bool], within_s: float = DONE_WITHIN_S) -> None:
        """Until so many jobs are in these states."""
        async with asyncio.timeout(within_s):
            while not holds(await asyncio.to_thread(self.states)):  # noqa: ASYNC110
                await asyncio.sleep(0.25)

    def states(self) -> dict[str, int]:
        with closing(sqlite3.connect(self._database, timeout=20)) as connection:
            return dict(connection.execute(_STATES))

    def _count(self, question: str) -> int:
        with closing(sqlite3.connect(self._database, timeout=20)) as connection:
            return int(connection.execute(question).fetchone()[0])

    def over(self) -> int:
        states = self.states()
        return states.get("done", 0) + states.get("failed", 0)


async def cost(bench: Bench, jobs: int) -> dict[str, Row]:
    """CPU of the server for a job, a sentence and a poll, less what it takes when nothing is to be done. A sentence is
    done when it can be searched for."""
    await _cpu_ms(bench, 2)  # what is imported and opened once
    begin, cpu = time.perf_counter(), bench.cpu_s()
    await asyncio.sleep(3)
    idle = (bench.cpu_s() - cpu) / (time.perf_counter() - begin)
    plain = await _cpu_ms(bench, jobs, idle=idle)
    long = await _cpu_ms(bench, jobs, sentences=MANY, idle=idle)
    asked = await _cpu_ms(bench, jobs, polls=POLLS, idle=idle)
    sentence, poll = (long - plain) / (MANY - FEW), (asked - plain) / (POLLS - 1)
    return {
        "cost": {
            f"a job (ms; aim {AIM_JOB_MS:g})": plain - FEW * sentence - poll,
            f"a sentence (ms; aim {AIM_SENTENCE_MS:g})": sentence,
            f"a poll (ms; aim {AIM_POLL_MS:g})": poll,
            "idle (share of a core)": idle,
            CLIENT_SHARE: 0.0,
        }
    }


async def _cpu_ms(bench: Bench, jobs: int, *, sentences: int = FEW, polls: int = 1, idle: float = 0.0) -> float:
    bench.service.sentences, bench.service.polls = sentences, polls
    wanted = bench.over() + jobs
    begin, cpu = time.perf_counter(), bench.cpu_s()
    await bench.put(jobs)
    await bench.until(lambda states: states.get("done", 0) + states.get("failed", 0) >= wanted)
    await bench.until_all_is_found()
    wall, cpu = time.perf_counter() - begin, bench.cpu_s() - cpu
    return (cpu - idle * wall) * 1000 / jobs


async def rate(bench: Bench, queued: int) -> dict[str, Row]:
    """All of them put in at once."""
    bench.service.sentences, bench.service.polls = FEW, 1
    before, wanted = len(bench.service.submits), bench.over() + queued
    own = time.process_time()
    begin = time.perf_counter()
    await bench.put(queued)
    await bench.until(lambda states: states.get("done", 0) + states.get("failed", 0) >= wanted)
    share = (time.process_time() - own) / (time.perf_counter() - begin)
    taken = bench.service.submits[before:]
    per_second = (len(taken) - 1) / (taken[-1] - taken[0])
    return {
        f"{queued} queued": {
            "handed over per second": per_second,
            "of the allowed rate (%; aim 90)": 100 * per_second / ALLOWED,
            "answered 429": bench.service.turned_away,
            "failed": bench.states().get("failed", 0),
            CLIENT_SHARE: share,
        }
    }


async def live(bench: Bench, upstream: Upstream) -> dict[str, Row]:
    """A live sentence on its way to a viewer, alone and while a long result is fetched, read and imported."""
    async with through_server(bench.server.port, bench.place.rooms[:1]):
        await upstream.hears(1, START_WITHIN_S)
        speaking = asyncio.create_task(_speak(upstream))
        alone = await _finals(bench, lambda states: False, ALONE_S)
        bench.service.sentences = IMPORTED
        bench.service.held.clear()
        await bench.put(1)
        await bench.until(lambda states: states.get("waiting", 0) > 0)
        bench.service.held.set()
        during = await _finals(bench, lambda states: not {"waiting", "fetched"} & states.keys(), DONE_WITHIN_S)
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)
    row = {f"alone, {name}": value for name, value in alone.items()}
    row |= {f"behind the import, {name}": value for name, value in during.items()}
    row[f"more at p95 (ms; aim {AIM_FINAL_MS:g})"] = during["p95 (ms)"] - alone["p95 (ms)"]
    return {f"finals beside an import of {IMPORTED} sentences": {**row, CLIENT_SHARE: 0.0}}


async def _finals(bench: Bench, over: Callable[[dict[str, int]], bool], most_s: float) -> dict[str, float]:
    ages = await asyncio.to_thread(_watch, bench, over, most_s)
    cuts = quantiles(ages, n=20)
    return {"p50 (ms)": cuts[9], "p95 (ms)": cuts[18], "longest (ms)": max(ages), "finals": float(len(ages))}


def _watch(bench: Bench, over: Callable[[dict[str, int]], bool], most_s: float) -> list[float]:
    with Crowd(bench.server.port, bench.server.path, 1) as crowd:
        crowd.pump(lambda: False, time.perf_counter() + LOOK_S)
        ages = crowd.note_ages()
        deadline = time.perf_counter() + most_s
        while time.perf_counter() < deadline and not over(bench.states()):
            crowd.pump(lambda: False, time.perf_counter() + LOOK_S)
        return ages["final"]


async def _speak(upstream: Upstream) -> None:
    """Until it is cancelled."""
    begin = time.perf_counter()
    for number in count(1):
        heard_ms = int((time.perf_counter() - begin) * 1000)
        text = f"@{time.monotonic_ns():020d} word {number}"
        await upstream.say(text, begin_ms=max(0, heard_ms - 90), end_ms=heard_ms, final=number % FINAL_EVERY == 0)
        await asyncio.sleep(1 / SAYS_PER_SECOND)


async def _round(folder: Path, options: argparse.Namespace) -> dict[str, Row]:
    place = await asyncio.to_thread(make_place, folder)
    async with TranscriptionService() as service, Upstream() as upstream:
        with running(_design(place, service, upstream)) as server:
            bench = Bench(place, server, service)
            rows: dict[str, Row] = {}
            if "cost" in options.parts:
                rows |= await cost(bench, options.jobs)
            if "live" in options.parts:
                rows |= await live(bench, upstream)
            if "rate" in options.parts:
                rows |= await rate(bench, options.queued)
    return rows


def _design(place: Place, service: TranscriptionService, upstream: Upstream) -> Design:
    design = product(place, APP)
    environment = {
        **design.environment,
        "DJANGO_SETTINGS_MODULE": "benchmarks._load.job_settings",
        "DASHSCOPE_API_KEY": "sk-bench",
        "SUBTITLES_DASHSCOPE_HTTP_URL": f"http://127.0.0.1:{service.port}/api/v1",
        "SUBTITLES_DASHSCOPE_WEBSOCKET_URL": f"ws://127.0.0.1:{upstream.port}/",
    }
    return replace(design, environment=environment)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=20)
    parser.add_argument("--queued", type=int, default=500)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    pin(CLIENT_CORE)
    table: Table = defaultdict(list)
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="subtitles-bench-") as folder:
            for name, row in asyncio.run(_round(Path(folder), options)).items():
                table[name].append(row)
    print_table(table)


if __name__ == "__main__":
    main()
