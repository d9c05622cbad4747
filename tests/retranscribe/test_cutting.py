from __future__ import annotations

import itertools

import pytest

from subtitles.retranscribe.cutting import OVERLAP_MS, spans

LOUD, SILENT, HUM = b"\xc0\x40", b"\0\0", b"\xfc\x04"


def peaks(*parts: tuple[bytes, int]) -> bytes:
    """Each for so many milliseconds."""
    return b"".join(pair * (ms // 20) for pair, ms in parts)


def test_what_fits_stays_whole() -> None:
    [span] = spans(b"", 300_000, 300_000)
    assert (span.begin_ms, span.end_ms, span.keep_from_ms, span.keep_to_ms) == (0, 300_000, 0, None)


def test_a_cut_lies_in_the_silence_nearest_to_the_middle() -> None:
    heard = peaks((LOUD, 40_000), (SILENT, 1_000), (LOUD, 8_000), (SILENT, 400), (LOUD, 50_600))
    first, second = spans(heard, 100_000, 60_000)
    assert 49_000 <= first.end_ms <= 49_400
    assert (second.begin_ms, first.keep_to_ms, second.keep_from_ms) == (first.end_ms,) * 3
    assert (second.end_ms, second.keep_to_ms) == (100_000, None)


def test_a_hum_between_words_is_silence_too() -> None:
    heard = peaks((LOUD, 48_000), (HUM, 600), (LOUD, 51_400))
    assert 48_000 <= spans(heard, 100_000, 60_000)[0].end_ms <= 48_600


@pytest.mark.parametrize("heard", [b"", peaks((LOUD, 700_000)), peaks((LOUD, 340_000), (SILENT, 200), (LOUD, 400_000))])
def test_without_a_silence_pieces_overlap_and_each_word_belongs_to_one(heard: bytes) -> None:
    found = spans(heard, 700_000, 300_000)
    assert len(found) == 3
    for left, right in itertools.pairwise(found):
        assert left.end_ms - right.begin_ms == OVERLAP_MS
        assert left.keep_to_ms == right.keep_from_ms == right.begin_ms + OVERLAP_MS // 2


@pytest.mark.parametrize("length_ms", [300_001, 599_999, 600_001, 3_600_000, 43_200_000])
@pytest.mark.parametrize("heard", [b"", SILENT * 2_200_000, (LOUD * 200 + SILENT * 20) * 10_000])
def test_no_piece_is_too_long_or_a_scrap_and_nothing_is_left_out(length_ms: int, heard: bytes) -> None:
    found = spans(heard, length_ms, 300_000)
    assert all(100_000 < span.end_ms - span.begin_ms <= 300_000 for span in found)
    assert (found[0].begin_ms, found[-1].end_ms) == (0, length_ms)
    assert [span.keep_to_ms for span in found[:-1]] == [span.keep_from_ms for span in found[1:]]
    assert all(left.end_ms >= right.begin_ms for left, right in itertools.pairwise(found))
