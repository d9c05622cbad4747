from __future__ import annotations

import itertools
import struct
from pathlib import Path

import pytest

from subtitles.recordings.flac import FlacWriter
from tests.recordings.ground import speech

POINT = struct.Struct(">QQH")


def blocks(data: bytes) -> tuple[dict[int, bytes], int]:
    """A file's metadata by their kind (RFC 9639, section 8.1), and where its first frame begins."""
    found, at, kind = {}, 4, 0
    while not kind & 0x80:
        kind, size = data[at], int.from_bytes(data[at + 1 : at + 4], "big")
        found[kind & 0x7F] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return found, at


@pytest.mark.parametrize("seconds", [3, 31, 900])
def test_each_point_is_a_frame_and_they_lie_evenly(tmp_path: Path, seconds: int) -> None:
    pcm = speech()[:32_000] * seconds
    with FlacWriter(tmp_path / "a.flac") as flac:
        flac.write(pcm)
    data = (tmp_path / "a.flac").read_bytes()
    found, first = blocks(data)
    points = list(POINT.iter_unpack(found[3]))
    assert points[0][:2] == (0, 0)
    assert all(data[first + offset : first + offset + 2] == b"\xff\xf8" for _, offset, _ in points)
    steps = {(right[0] - left[0]) / 16_000 for left, right in itertools.pairwise(points)}
    assert min(seconds, 200) / 2 <= len(points) <= 400
    assert max(steps) < 2 * max(1, seconds / 200)


def test_nothing_has_no_table(tmp_path: Path) -> None:
    with FlacWriter(tmp_path / "a.flac"):
        pass
    assert (tmp_path / "a.flac").stat().st_size == 0
