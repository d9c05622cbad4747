"""Small readers of what we write: as naive as the naivest player's, so that nothing is forgiven."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import NamedTuple


class Read(NamedTuple):
    begin_ms: int
    end_ms: int
    lines: tuple[str, ...]


def read_vtt(data: bytes) -> list[Read]:
    head, *blocks = _blocks(data)
    assert head == ["WEBVTT"]
    return [
        Read(*_times(block[0]), tuple(html.unescape(re.sub("<[^>]*>", "", line)) for line in block[1:]))
        for block in blocks
    ]


def read_srt(data: bytes) -> list[Read]:
    blocks = _blocks(data)
    assert [block[0] for block in blocks] == [str(number) for number in range(1, len(blocks) + 1)]
    return [Read(*_times(block[1]), tuple(block[2:])) for block in blocks]


def read_ass(data: bytes) -> list[Read]:
    events = data.decode().split("\n[Events]\nFormat: ", 1)[1].splitlines()[1:]
    found = []
    for event in events:
        kind, fields = event.split(": ", 1)
        _, begin, end, style, _, *_, text = fields.split(",", 9)
        assert (kind, style) == ("Dialogue", "Default")
        found.append(Read(_ms(begin + "0"), _ms(end + "0"), tuple(text.split(r"\N"))))
    return found


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def _blocks(data: bytes) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in data.decode().splitlines():
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _times(line: str) -> tuple[int, int]:
    begin, end = line.split(" --> ")
    return _ms(begin), _ms(end)


def _ms(moment: str) -> int:
    hours, minutes, seconds, ms = map(int, re.split("[:.,]", moment))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
