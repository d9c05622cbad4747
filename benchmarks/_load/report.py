"""Rounds as a table: the median and how far they lie apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import median

Row = dict[str, float]
Table = dict[str, list[Row]]

CLIENT_SHARE = "client's share of its core"
CLIENT_LIMIT = 0.70
"""Above it the load client sets the pace, and what it measures is partly itself."""


def _processor_time() -> tuple[int, int]:
    """What ran, and what was ready to run while the host ran another machine, since the start; in ticks.

    man 5 proc, "/proc/stat".
    """
    user, nice, system, _idle, _iowait, irq, softirq, stolen, *_ = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    )
    return user + nice + system + irq + softirq, stolen


_AT_THE_BEGIN = _processor_time()


def print_table(table: Mapping[str, list[Row]]) -> None:
    for name, rows in table.items():
        print(f"\n{name} ({len(rows)} rounds: median, least to most)")
        for column in rows[0]:
            print(f"  {column:34} {spread([row[column] for row in rows])}")
        if median(row[CLIENT_SHARE] for row in rows) > CLIENT_LIMIT:
            print("  client-limited")
    print(f"\nTaken by the host for other machines: {_stolen():.0%} of the processor time that was asked for.")


def spread(values: list[float]) -> str:
    return f"{median(values):10.2f}   {min(values):.2f} to {max(values):.2f}"


def _stolen() -> float:
    """Above a few hundredths it makes every p99."""
    ran, stolen = (now - then for now, then in zip(_processor_time(), _AT_THE_BEGIN, strict=True))
    return stolen / max(ran + stolen, 1)
