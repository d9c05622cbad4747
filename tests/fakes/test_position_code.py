from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import position_code
from tests.fakes.position_code import BLOCK_SAMPLES, Decoder, Heard


def heard(pcm: bytes, frame_bytes: int = 3200, rate: int = 16_000) -> list[Heard]:
    decoder = Decoder(rate)
    return [block for at in range(0, len(pcm), frame_bytes) for block in decoder.feed(pcm[at : at + frame_bytes])]


@settings(max_examples=40, deadline=None)
@given(skip=st.integers(0, 4 * BLOCK_SAMPLES), cut=st.integers(0, 2 * BLOCK_SAMPLES), frame=st.integers(100, 4000))
def test_a_stream_may_begin_and_end_anywhere(skip: int, cut: int, frame: int) -> None:
    samples = 12 * BLOCK_SAMPLES
    pcm = position_code.encode(1014, 12)[skip * 2 : (samples - cut) * 2]
    first, last = -(-skip // BLOCK_SAMPLES), (samples - cut) // BLOCK_SAMPLES
    assert heard(pcm, frame * 2) == [
        Heard(1014 + number, number * BLOCK_SAMPLES - skip, (number + 1) * BLOCK_SAMPLES - skip)
        for number in range(first, last)
    ]


def test_blocks_are_found_after_silence_and_after_lost_audio() -> None:
    pcm = position_code.encode(5, 2) + bytes(1001 * 2) + position_code.encode(90, 3)[700 * 2 :]
    assert [block.number for block in heard(pcm)] == [5, 6, 91, 92]


def test_the_code_survives_resampling_to_8_khz() -> None:
    signal = np.frombuffer(position_code.encode(700, 20), np.int16).reshape(-1, 2).mean(1)
    assert [block.number for block in heard(signal.astype("<i2").tobytes()[500:], rate=8_000)] == list(range(701, 720))


def test_the_code_survives_a_gentle_filter_and_noise() -> None:
    signal = np.frombuffer(position_code.encode(0, 16), np.int16).astype(float)
    noise = np.random.default_rng(1).normal(0, 300, len(signal))
    filtered = np.convolve(signal, np.hanning(9) / np.hanning(9).sum(), "same") + noise
    assert [block.number for block in heard(filtered.astype("<i2").tobytes())] == list(range(16))


@pytest.mark.parametrize("loudness", [0, 40, 8000])
def test_other_sound_holds_no_blocks(loudness: int) -> None:
    noise = np.random.default_rng(2).normal(0, loudness, 48_000).astype("<i2")
    assert heard(noise.tobytes()) == []


def test_sixteen_of_twenty_blocks_are_words() -> None:
    assert position_code.sentences(14, 9) == ["w000014 w000015.", "w000020 w000021 w000022."]
