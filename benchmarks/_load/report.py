"""Rounds as a table: the median and how far they lie apart."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

Row = dict[str, float]
Table = dict[str, list[Row]]

CLIENT_SHARE = "client's share of its core"
CLIENT_LIMIT = 0.70
"""Above it the load client sets the pace, and what it measures is partly itself."""


def print_table(table: Mapping[str, list[Row]]) -> None:
    for name, rows in table.items():
        print(f"\n{name} ({len(rows)} rounds: median, least to most)")
        for column in rows[0]:
            print(f"  {column:34} {spread([row[column] for row in rows])}")
        if median(row[CLIENT_SHARE] for row in rows) > CLIENT_LIMIT:
            print("  client-limited")


def spread(values: list[float]) -> str:
    return f"{median(values):10.2f}   {min(values):.2f} to {max(values):.2f}"
