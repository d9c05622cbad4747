from __future__ import annotations

import array
from pathlib import Path

import pytest

from subtitles.recordings.peaks import HEADER, VERSION, PeaksWriter
from tests.recordings.ground import speech


def peaks_of(path: Path, pcm: bytes, rate: int, block: int) -> list[tuple[int, int]]:
    with PeaksWriter(path, rate) as peaks:
        for at in range(0, len(pcm), block):
            peaks.write(pcm[at : at + block])
    data = path.read_bytes()
    assert HEADER.unpack(data[: HEADER.size]) == (b"PEAK", VERSION, rate // 50, rate)
    values = array.array("b", data[HEADER.size :])
    return list(zip(values[::2], values[1::2], strict=True))


@pytest.mark.parametrize(("rate", "block"), [(16_000, 640), (16_000, 5_002), (8_000, 1_000_000)])
def test_each_20_ms_has_its_lowest_and_highest_sample(rate: int, block: int, tmp_path: Path) -> None:
    pcm = speech()[:300_014]
    samples, window = array.array("h", pcm), rate // 50
    windows = [samples[at : at + window] for at in range(0, len(samples), window)]
    assert peaks_of(tmp_path / "peaks", pcm, rate, block) == [(min(one) >> 8, max(one) >> 8) for one in windows]


def test_full_scale_and_silence_are_told_apart(tmp_path: Path) -> None:
    loud = array.array("h", [-32_768, 32_767] * 160).tobytes()
    assert peaks_of(tmp_path / "peaks", loud + bytes(640), 16_000, 640) == [(-128, 127), (0, 0)]


def test_nothing_has_no_peaks(tmp_path: Path) -> None:
    assert peaks_of(tmp_path / "peaks", b"", 16_000, 640) == []
