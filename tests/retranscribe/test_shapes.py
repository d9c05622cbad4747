from __future__ import annotations

from typing import Any

import pytest

from subtitles.engines import catalog
from subtitles.engines.catalog import Model
from subtitles.retranscribe import shapes
from subtitles.retranscribe.shapes import COPY, Original, Shape

GIB = 1024**3
HOUR = 3_600_000


def model(name: str) -> Model:
    found = next(entry for entry in catalog.MODELS if entry.name == name and not entry.realtime)
    assert found
    return found


def original(
    container: str = "mp3", rate: int = 44_100, channels: int = 2, size: int = 10**6, ms: int = 60_000
) -> Original:
    return Original(container, Shape(rate, channels), size, ms)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("paraformer-v2", original()),
        ("paraformer-v2", original("mkv", 48_000, 6)),
        ("paraformer-8k-v2", original("amr", 8_000, 1)),
        ("fun-asr", original(ms=12 * HOUR)),
        ("sensevoice-v1", original(ms=40 * HOUR)),
        ("qwen3-asr-flash", original(channels=1, size=7_000_000, ms=300_000)),
    ],
)
def test_what_the_model_takes_goes_as_it_is(name: str, file: Original) -> None:
    assert shapes.takes(model(name), file)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("paraformer-v2", original("speex")),
        ("paraformer-8k-v2", original(rate=16_000)),
        ("paraformer-mtl-v1", original("amr", 8_000, 1)),
        ("fun-asr", original(ms=12 * HOUR + 1)),
        ("fun-asr", original(size=GIB + 1)),
        ("qwen3-asr-flash", original(channels=2)),
        ("qwen3-asr-flash", original(channels=1, size=8_000_000)),
        ("qwen3-asr-flash", original(channels=1, ms=300_001)),
        ("pocketsphinx-en-us", original()),
    ],
)
def test_what_it_does_not_take_is_not_sent(name: str, file: Original) -> None:
    assert not shapes.takes(model(name), file)


def test_a_service_that_fetches_takes_two_gigabytes(settings: Any) -> None:
    settings.SUBTITLES_PUBLIC_URL = "https://captions.example"
    assert shapes.takes(model("fun-asr"), original(size=2 * GIB))
    assert not shapes.takes(model("fun-asr"), original(size=2 * GIB + 1))


def test_what_the_services_storage_takes_now_bounds_a_file_and_its_pieces() -> None:
    small = 100 * 1024**2
    assert shapes.takes(model("fun-asr"), original(size=small), small)
    assert not shapes.takes(model("fun-asr"), original(size=small + 1), small)
    assert shapes.longest_ms(model("fun-asr"), COPY, HOUR, small + 1, small) == COPY.ms_of(small)
    assert shapes.most_bytes(model("fun-asr"), 2 * GIB) == GIB
    assert shapes.longest_ms(model("fun-asr"), Shape(192_000, 8), HOUR, GIB, 1024**2) == shapes.SHORTEST_MS


@pytest.mark.parametrize(
    ("name", "own", "shape"),
    [
        ("paraformer-8k-v2", Shape(8_000, 1), Shape(8_000, 1)),
        ("paraformer-8k-v2", Shape(44_100, 2), Shape(8_000, 2)),
        ("paraformer-8k-v2", COPY, Shape(8_000, 1)),
        ("paraformer-mtl-v1", Shape(8_000, 2), Shape(16_000, 2)),
        ("paraformer-v2", Shape(48_000, 6), Shape(48_000, 6)),
        ("paraformer-v2", Shape(8_000, 2), Shape(8_000, 2)),
        ("fun-asr", COPY, COPY),
        ("qwen3-asr-flash", Shape(48_000, 2), COPY),
        ("qwen3-asr-flash", Shape(8_000, 2), Shape(8_000, 1)),
        ("pocketsphinx-en-us", Shape(48_000, 2), COPY),
    ],
)
def test_flac_keeps_its_own_rate_and_channels_where_the_model_takes_them(name: str, own: Shape, shape: Shape) -> None:
    assert shapes.shape_for(model(name), own) == shape


@pytest.mark.parametrize(
    ("name", "ms", "size", "longest"),
    [
        ("fun-asr", 12 * HOUR, GIB, None),
        ("fun-asr", 13 * HOUR, GIB // 2, 9 * HOUR),
        ("sensevoice-v1", 40 * HOUR, GIB // 2, None),
        ("qwen3-asr-flash", 300_000, 7_000_000, None),
        ("qwen3-asr-flash", 200_000, 7_600_000, 231_000),
        ("qwen3-asr-flash", 300_001, 5_000_000, 231_000),
        ("pocketsphinx-en-us", 40 * HOUR, GIB, None),
    ],
)
def test_a_piece_fits_in_length_and_in_size(name: str, ms: int, size: int, longest: int | None) -> None:
    found = shapes.longest_ms(model(name), COPY, ms, size)
    assert found == longest or (found and longest and abs(found - longest) < longest / 20)
