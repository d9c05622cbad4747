from __future__ import annotations

from array import array
from collections.abc import Iterator

import pytest

from subtitles.engines.local.sherpa_cutting import FRAME, LONGEST_FRAMES, Piece, pieces
from subtitles.speech import SAMPLE_RATE

LOUD, SOFT = 8_000, 900


def sound(*parts: tuple[float, int]) -> array[int]:
    """Seconds and peak of each part."""
    made = array("h")
    for seconds, peak in parts:
        made.extend([peak, -peak] * round(seconds * SAMPLE_RATE / 2))
    return made


def blocks(samples: array[int], size: int = 7_777) -> Iterator[array[int]]:
    return (samples[at : at + size] for at in range(0, len(samples), size))


def cut(*parts: tuple[float, int]) -> list[Piece]:
    return list(pieces(blocks(sound(*parts))))


def test_pauses_end_pieces_and_silence_is_left_out() -> None:
    first, second = cut((3, 0), (2, LOUD), (1.5, 10), (1, LOUD), (4, 0))
    assert (first.begin_ms, second.begin_ms) == pytest.approx((2_800, 6_300), abs=60)
    assert (first.end_ms, second.end_ms) == pytest.approx((5_600, 8_100), abs=60)


def test_a_short_gap_ends_nothing() -> None:
    assert len(cut((2, LOUD), (0.3, 0), (2, LOUD))) == 1


def test_endless_speech_is_cut_where_it_is_quietest() -> None:
    made = cut((17, LOUD), (0.2, SOFT), (20, LOUD))
    assert made[0].end_ms == pytest.approx(17_100, abs=150)
    assert all(len(piece.samples) <= LONGEST_FRAMES * FRAME for piece in made)
    assert [piece.begin_ms for piece in made[1:]] == [piece.end_ms for piece in made[:-1]]


def test_a_soft_voice_after_a_loud_one_is_heard_again() -> None:
    assert cut((1, 30_000), (30, 0), (2, SOFT))[-1].begin_ms == pytest.approx(30_800, abs=100)


@pytest.mark.parametrize("parts", [(), ((5.0, 0),), ((5.0, 30),)])
def test_nothing_loud_is_nothing(parts: tuple[tuple[float, int], ...]) -> None:
    assert cut(*parts) == []


def test_samples_after_the_last_whole_frame_are_kept() -> None:
    samples = sound((1, LOUD))[: 16_000 - 7]
    (piece,) = pieces(blocks(samples))
    assert piece.samples == samples
