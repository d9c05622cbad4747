"""What the server adds on the way to the recogniser and back.

Run as `python -m benchmarks.relay [--rounds 5] [--broadcasters 50] [--viewers 1000]`. Broadcasters, recogniser and
viewers share the load client's core, the server has the other. The engine is the product's own for DashScope; the
service it talks to is a stand-in that answers what the benchmark wants.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

from benchmarks._load.broadcasters import Broadcaster, straight, through_server
from benchmarks._load.crowd import Crowd, pin, raise_descriptor_limit
from benchmarks._load.report import CLIENT_SHARE, Row, Table, print_table
from benchmarks._load.servers import CLIENT_CORE, Design, Place, RunningServer, make_place, product, running
from benchmarks._load.upstream import Upstream

APP = "benchmarks._load.hub_app.application"
SETTLE_S = 1.0
START_WITHIN_S = 60.0
SAYS_PER_SECOND = 5
FINAL_EVERY = 5


async def uplink(place: Place, broadcasters: int, seconds: float) -> dict[str, Row]:
    """Each frame's way, first without the server between, then with it."""
    async with Upstream() as upstream, straight(upstream.port, broadcasters) as speakers:
        direct = await _frames(upstream, speakers, seconds, lambda: 0.0)
    async with Upstream() as upstream:
        with running(_design(place, upstream)) as server:
            async with through_server(server.port, place.rooms[:broadcasters]) as speakers:
                through = await _frames(upstream, speakers, seconds, server.cpu_s)
    through["adds at p50 (ms)"] = through["p50 (ms)"] - direct["p50 (ms)"]
    through["adds at p99 (ms)"] = through["p99 (ms)"] - direct["p99 (ms)"]
    return {"straight to the service": direct, "through the server": through}


async def _frames(upstream: Upstream, speakers: list[Broadcaster], seconds: float, cpu_s: Callable[[], float]) -> Row:
    await upstream.hears(len(speakers), START_WITHIN_S)
    await _keep_up(upstream, speakers)
    first = {speaker.number: len(speaker.sent) for speaker in speakers}
    begin, cpu, own = time.perf_counter(), cpu_s(), time.process_time()
    await asyncio.sleep(seconds)
    wall, cpu, own = time.perf_counter() - begin, cpu_s() - cpu, time.process_time() - own
    last = {speaker.number: len(speaker.sent) for speaker in speakers}
    await asyncio.sleep(SETTLE_S / 2)
    delays = [
        (arrived - sent) * 1000
        for speaker in speakers
        for sent, arrived in list(zip(speaker.sent, upstream.arrivals[speaker.number], strict=False))[
            first[speaker.number] : last[speaker.number]
        ]
    ]
    frames = sum(last[number] - first[number] for number in first)
    cuts = quantiles(delays, n=100)
    return {
        "p50 (ms)": cuts[49],
        "p99 (ms)": cuts[98],
        "frames": frames,
        "frames missing": frames - len(delays),
        "server CPU per frame (µs)": cpu / frames * 1e6,
        CLIENT_SHARE: own / wall,
    }


async def _keep_up(upstream: Upstream, speakers: list[Broadcaster]) -> None:
    """Streams start a few a second, and what was said meanwhile is sent at 1.25 times the pace: wait that out."""
    async with asyncio.timeout(START_WITHIN_S):
        while any(len(upstream.arrivals[one.number]) < len(one.sent) - 1 for one in speakers):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await asyncio.sleep(SETTLE_S)


def downlink(place: Place, viewers: int, seconds: float) -> dict[str, Row]:
    """From the service's word to the viewers' sockets, with one broadcaster on air."""
    ready, over = threading.Event(), threading.Event()
    told: list[RunningServer] = []
    speaking = threading.Thread(target=lambda: asyncio.run(_talk(place, told, ready, over)))
    speaking.start()
    assert ready.wait(START_WITHIN_S)
    server = told[0]
    with Crowd(server.port, server.path, viewers) as crowd:
        crowd.pump(lambda: False, time.perf_counter() + SETTLE_S)
        ages = crowd.note_ages()
        crowd.clear()
        begin, cpu, own = time.perf_counter(), server.cpu_s(), time.process_time()
        crowd.pump(lambda: False, begin + seconds)
        wall, cpu, own = time.perf_counter() - begin, server.cpu_s() - cpu, time.process_time() - own
        total = crowd.total
    over.set()
    speaking.join()
    interims, finals = (quantiles(ages[kind], n=100) for kind in ("interim", "final"))
    row = {
        "interim p50 (ms)": interims[49],
        "interim p99 (ms)": interims[98],
        "final p50 (ms)": finals[49],
        "final p99 (ms)": finals[98],
        "final more than interim at p50: the commit (ms)": finals[49] - interims[49],
        "server CPU per delivery (µs)": cpu / total * 1e6,
        CLIENT_SHARE: own / wall,
    }
    return {f"service to {viewers} viewers": row}


async def _talk(place: Place, told: list[RunningServer], ready: threading.Event, over: threading.Event) -> None:
    async with Upstream() as upstream:
        with running(_design(place, upstream)) as server:
            async with through_server(server.port, place.rooms[:1]):
                await upstream.hears(1, START_WITHIN_S)
                told.append(server)
                ready.set()
                begin = time.perf_counter()
                number = 0
                while not over.is_set():
                    number += 1
                    heard_ms = int((time.perf_counter() - begin) * 1000)
                    text = f"@{time.monotonic_ns():020d} word {number}"
                    final = number % FINAL_EVERY == 0
                    await upstream.say(text, begin_ms=max(0, heard_ms - 200), end_ms=heard_ms, final=final)
                    await asyncio.sleep(1 / SAYS_PER_SECOND)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--broadcasters", type=int, default=50)
    parser.add_argument("--viewers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=6.0)
    options = parser.parse_args()
    raise_descriptor_limit()
    pin(CLIENT_CORE)
    table: Table = defaultdict(list)
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="subtitles-bench-") as folder:
            place = make_place(Path(folder), options.broadcasters + 1)
            rows = asyncio.run(uplink(place, options.broadcasters, options.seconds))
            rows |= downlink(Place(place.rooms[-1:], place.environment), options.viewers, options.seconds)
        for name, row in rows.items():
            table[name].append(row)
    print_table(table)


def _design(place: Place, upstream: Upstream) -> Design:
    environment = {
        "DASHSCOPE_API_KEY": "sk-bench",
        "SUBTITLES_DASHSCOPE_WEBSOCKET_URL": f"ws://127.0.0.1:{upstream.port}/",
    }
    return product(Place(place.rooms, {**place.environment, **environment}), APP)


if __name__ == "__main__":
    main()
