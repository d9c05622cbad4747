from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.engines.base import Options
from subtitles.engines.local.messages import (
    HEADER,
    MAX_PAYLOAD,
    Kind,
    decode_options,
    decode_result,
    encode_options,
    encode_result,
    pack,
    unpack_header,
)
from subtitles.speech import FinalResult, InterimResult, UsageReport, Word

_times = st.integers(0, 10**9)
_words = st.builds(Word, _times, _times, st.text(), st.text())
_finals = st.builds(FinalResult, _times, _times, st.text(), st.lists(_words).map(tuple), events=st.just(("laughter",)))
_interims = st.builds(InterimResult, st.text(), _times, st.none() | _times)
_usage = st.builds(UsageReport, st.floats(0, 1e6), st.text())


@settings(max_examples=50)
@given(_finals | _interims | _usage)
def test_a_result_survives_the_pipe(result: FinalResult | InterimResult | UsageReport) -> None:
    assert decode_result(encode_result(result)) == result


def test_options_survive_the_pipe() -> None:
    options = Options("model", "zh-CN", {"pause": 800, "names": ["达摩院"]})
    assert decode_options(encode_options(options)) == options


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"type":"Word"}',
        b'{"type":"FinalResult","text":"x"}',
        b'{"type":"InterimResult","x":1}',
    ],
)
def test_anything_else_is_no_result(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode_result(payload)


def test_a_message_says_its_size_and_kind() -> None:
    message = pack(Kind.AUDIO, b"abcd")
    assert unpack_header(message[: HEADER.size]) == (4, Kind.AUDIO)


@pytest.mark.parametrize("header", [HEADER.pack(MAX_PAYLOAD + 1, Kind.RESULT), HEADER.pack(1, 99)])
def test_an_impossible_header_is_refused(header: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpack_header(header)


def test_text_travels_readably() -> None:
    assert json.loads(encode_result(InterimResult("说")))["text"] == "说"
