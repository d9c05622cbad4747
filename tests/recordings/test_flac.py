from __future__ import annotations

import errno
import os
import random
from pathlib import Path

import pytest

from subtitles.recordings.flac import MOST_CHANNELS, FlacReader, FlacWriter
from tests.recordings.ground import AUDIO, speech


def written(path: Path, pcm: bytes, rate: int, channels: int, chance: random.Random) -> Path:
    """In pieces of any size."""
    at, step = 0, 2 * channels
    with FlacWriter(path, rate, channels) as flac:
        while at < len(pcm):
            size = chance.randrange(0, 20_000) * step
            flac.write(pcm[at : at + size])
            at += size
    assert flac.samples == len(pcm) // step
    return path


@pytest.mark.parametrize("name", sorted(path.name for path in AUDIO.glob("*.wav")))
def test_every_sample_comes_back(name: str, tmp_path: Path) -> None:
    pcm = speech(name)
    with FlacReader(written(tmp_path / "a", pcm, 16_000, 1, random.Random(1))) as flac:
        assert (flac.rate, flac.channels, flac.samples) == (16_000, 1, len(pcm) // 2)
        assert flac.read(0, len(pcm)) == pcm


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2), (48_000, 6), (22_050, MOST_CHANNELS)])
def test_any_place_is_found_whatever_the_rate_and_the_channels(rate: int, channels: int, tmp_path: Path) -> None:
    chance, frame = random.Random(rate), 2 * channels
    pcm = speech()
    pcm = pcm[: len(pcm) // frame * frame]
    length = len(pcm) // frame
    with FlacReader(written(tmp_path / "a", pcm, rate, channels, chance)) as flac:
        assert (flac.rate, flac.channels) == (rate, channels)
        for at in [length - 1, length, length + 9, 0, *(chance.randrange(length) for _ in range(40))]:
            count = chance.randrange(1, 9_000)
            assert flac.read(at, count) == pcm[at * frame : (at + count) * frame], at
            assert flac.read(at + count, 5) == pcm[(at + count) * frame : (at + count + 5) * frame], at


@pytest.mark.parametrize(
    "data", [b"", b"fLaC", b"RIFF....WAVE" * 99, bytes(range(256)) * 20], ids=["nothing", "head", "wave", "noise"]
)
def test_what_is_no_flac_is_said(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(OSError, match="damaged"):
        FlacReader(tmp_path / "a")


def test_a_full_disk_is_said_with_its_reason() -> None:
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        written(Path("/dev/full"), os.urandom(3_000_000), 16_000, 1, random.Random(1))
