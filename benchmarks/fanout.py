"""One caption to many viewers: the hub on Daphne beside a plain Channels consumer on Daphne, in the same run.

Run as `python -m benchmarks.fanout [--rounds 5] [--viewers 1000] [--app DOTTED.PATH]`. The server has one core, the
load client the other. Loopback charges most of the receiving to the sender.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import quantiles

from benchmarks._load.crowd import Crowd, pin, raise_descriptor_limit
from benchmarks._load.report import CLIENT_SHARE, Row, Table, print_table, spread
from benchmarks._load.servers import CLIENT_CORE, Design, RunningServer, make_place, plain_channels, product, running

CHARACTERS = 60
IN_FLIGHT = 3
PER_SECOND = 5
SETTLE_S = 0.5
STALL_CHARACTERS, STALL_PER_SECOND = 2_000, 20
"""Enough to fill the kernel's buffers of a viewer that does not read within a second."""


def saturated(crowd: Crowd, server: RunningServer, seconds: float) -> Row:
    """The next caption as soon as fewer than three are on their way."""
    crowd.clear()
    viewers = len(crowd.received)
    begin, cpu, own = time.perf_counter(), server.cpu_s(), time.process_time()
    published = 0
    while time.perf_counter() - begin < seconds:
        while published - crowd.total // viewers < IN_FLIGHT:
            crowd.publish(CHARACTERS)
            published += 1
        arrived = crowd.total // viewers
        crowd.pump(lambda seen=arrived: crowd.total // viewers > seen, begin + seconds)  # type: ignore[misc]
    crowd.pump(lambda: crowd.total >= published * viewers, time.perf_counter() + 10)
    wall = time.perf_counter() - begin
    return {
        "CPU per delivery (µs)": (server.cpu_s() - cpu) / max(crowd.total, 1) * 1e6,
        "deliveries per second": crowd.total / wall,
        "missing": published * viewers - crowd.total,
        CLIENT_SHARE: (time.process_time() - own) / wall,
    }


def paced(crowd: Crowd, server: RunningServer, seconds: float, per_second: int, characters: int) -> Row:
    """A live session: captions come when they come, whether or not the last one has arrived."""
    crowd.clear()
    ages = crowd.note_ages()
    viewers = len(crowd.received)
    begin, cpu, own = time.perf_counter(), server.cpu_s(), time.process_time()
    captions = int(seconds * per_second)
    for number in range(captions):
        crowd.publish(characters)
        due = begin + (number + 1) / per_second
        crowd.pump(lambda: False, due)
    crowd.pump(lambda: crowd.total >= captions * viewers, time.perf_counter() + 5)
    wall = time.perf_counter() - begin
    crowd.ages = None
    cuts = quantiles(ages["final"], n=100)
    return {
        "p50 (ms)": cuts[49],
        "p95 (ms)": cuts[94],
        "p99 (ms)": cuts[98],
        "CPU per delivery (µs)": (server.cpu_s() - cpu) / max(crowd.total, 1) * 1e6,
        "missing": captions * viewers - crowd.total,
        "closed": crowd.lost,
        CLIENT_SHARE: (time.process_time() - own) / wall,
    }


def round_of(design: Design, viewers: int, seconds: float, keeps_up: bool) -> dict[str, Row]:
    with running(design) as server:
        empty = server.rss_bytes()
        with Crowd(server.port, server.path, viewers) as crowd:
            crowd.pump(lambda: False, time.perf_counter() + SETTLE_S)
            memory = {"KB per viewer": (server.rss_bytes() - empty) / viewers / 1024}
            results = {"saturated": saturated(crowd, server, seconds) | memory}
            if keeps_up:
                results["5 captions a second"] = paced(crowd, server, 2 * seconds, PER_SECOND, CHARACTERS)
    return results


def stalled_pair(design: Design, viewers: int, seconds: float) -> dict[str, Row]:
    """The same load without and with a tenth of the viewers not reading."""
    stalled = viewers // 10
    rows: dict[str, Row] = {}
    for name, sleepers in (("nobody stalled", 0), ("10 % stalled", stalled)):
        with running(design) as server, Crowd(server.port, server.path, viewers - stalled, stalled=sleepers) as crowd:
            crowd.pump(lambda: False, time.perf_counter() + SETTLE_S)
            before = server.rss_bytes()
            row = paced(crowd, server, seconds, STALL_PER_SECOND, STALL_CHARACTERS)
            if sleepers:
                row["KB grown per stalled viewer"] = (server.rss_bytes() - before) / stalled / 1024
                row["stalled viewers still connected"] = crowd.stalled_alive()
                row["p95 more than without (ms)"] = row["p95 (ms)"] - rows["nobody stalled"]["p95 (ms)"]
            rows[name] = row
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--viewers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--app", default="benchmarks._load.hub_app.application", help="ASGI application under test")
    options = parser.parse_args()
    raise_descriptor_limit()
    pin(CLIENT_CORE)
    table: Table = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="subtitles-bench-") as folder:
        place = make_place(Path(folder))
        hub, naive = product(place, options.app), plain_channels(place)
        for number in range(options.rounds):
            for design in (hub, naive) if number % 2 else (naive, hub):
                for name, row in round_of(design, options.viewers, options.seconds, design is hub).items():
                    table[f"{design.name}, {name}"].append(row)
            for name, row in stalled_pair(hub, options.viewers, options.seconds).items():
                table[f"hub, {name}"].append(row)
    print_table(table)
    ratios = [
        plain["CPU per delivery (µs)"] / ours["CPU per delivery (µs)"]
        for plain, ours in zip(table["plain Channels, saturated"], table["hub, saturated"], strict=True)
    ]
    print(f"\nCPU per delivery, plain Channels / hub, per round: {spread(ratios)}")


if __name__ == "__main__":
    main()
