from __future__ import annotations

import json
import struct
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitles.live import wire
from subtitles.live.refusals import Reason, Refused
from subtitles.live.wire import BroadcastHello, Cursor, Item, Lost, SessionInfo, Since, ViewerHello

PAGE = "6f0d4c3e-0c57-4a43-9a2e-6d6fb1a8c1de"
HELLO = {"type": "hello", "version": 1, "broadcast": PAGE}


def _reason(text: str) -> Reason:
    with pytest.raises(Refused) as caught:
        wire.from_broadcaster(text)
    return caught.value.reason


def _audio_reason(data: bytes) -> Reason:
    with pytest.raises(Refused) as caught:
        wire.audio_frame(data)
    return caught.value.reason


def test_a_hello_needs_only_a_name() -> None:
    expected = BroadcastHello(UUID(PAGE), take_over=False, consent=False, paced=True, captions=False)
    assert wire.from_broadcaster(json.dumps(HELLO)) == expected


def test_unknown_fields_are_ignored() -> None:
    assert wire.from_viewer('{"type":"since","seq":4,"new":{"a":[1.5]}}') == Since(4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "null",
        "5",
        '{"type":"stop","at":NaN}',
        '{"type":"stop","at":0,"x":NaN}',
        '{"type":"stop","at":0,"x":Infinity}',
        '{"type":"stop","at":0,"x":-Infinity}',
        '{"type":"stop","at":0,"x":1e999}',
        '{"type":"stop","at":0,"at":1}',
        '{"type":"stop","at":0,"x":{"a":1,"a":1}}',
        '{"type":"stop","at":0} {}',
        "[" * 16_000,
        '{"a":' * 3_000,
        '{"type":"stop","at":' + "9" * 5_000 + "}",
        '{"type":"stop","at":0,"x":' + "9" * 5_000 + "}",
        '{"type":"stop","at":0,"x":"' + "x" * 16_384 + '"}',
        '{"type":"stop","at":0,"x":"' + "字" * 6_000 + '"}',
        '{"type":"stop"}',
        '{"type":"stop","at":-1}',
        '{"type":"stop","at":1.0}',
        '{"type":"stop","at":true}',
        '{"type":"stop","at":"1"}',
        '{"type":"stop","at":9007199254740993}',
        '{"type":"lost","at":1,"ms":2,"reason":5}',
        '{"type":"dance"}',
        '{"type":["stop"],"at":0}',
        '{"at":0}',
        '{"type":"hello","version":1}',
        '{"type":"hello","version":1,"broadcast":"me"}',
        '{"type":"hello","version":1,"broadcast":"' + PAGE + '","consent":1}',
        '{"type":"since","seq":1}',
    ],
)
def test_what_does_not_fit_is_a_bad_message(text: str) -> None:
    assert _reason(text) is Reason.BAD_MESSAGE


@pytest.mark.parametrize("version", ["2", "0", "true", "1.0", '"1"', "null", "[1]"])
def test_another_version_is_said_to_be_one(version: str) -> None:
    assert _reason(f'{{"type":"hello","version":{version},"broadcast":"{PAGE}"}}') is Reason.BAD_VERSION


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), lambda more: st.lists(more)).map(json.dumps))
def test_nothing_but_a_refusal_comes_of_nonsense(text: str) -> None:
    for parse in (wire.from_broadcaster, wire.from_viewer):
        with pytest.raises(Refused):
            parse(text)


def test_a_reason_is_kept_as_text_that_any_database_takes() -> None:
    message = wire.from_broadcaster('{"type":"lost","at":1,"ms":2,"reason":"\\ud800a\\u0000b\\u202ec' + "x" * 99 + '"}')
    assert isinstance(message, Lost)
    assert message.reason.encode()
    assert message.reason.isprintable()
    assert len(message.reason) == 40


def test_a_cursor_needs_both_its_parts() -> None:
    assert wire.from_viewer('{"type":"hello","version":1,"session":3,"seq":null}') == ViewerHello(None)
    assert wire.from_viewer('{"type":"hello","version":1,"session":3,"seq":9}') == ViewerHello(Cursor(3, 9))


# --- audio ------------------------------------------------------------------------------------------------------------


def test_a_frame_is_a_position_and_samples() -> None:
    assert wire.audio_frame(struct.pack("<Q", 1600) + b"abcd") == (1600, b"abcd")


@pytest.mark.parametrize("data", [b"", struct.pack("<Q", 5)])
def test_a_frame_without_samples_holds_nothing(data: bytes) -> None:
    assert wire.audio_frame(data)[1] == b""


@pytest.mark.parametrize("size", [1, 7, 9, 11])
def test_half_a_sample_or_half_a_position_is_misaligned(size: int) -> None:
    assert _audio_reason(bytes(size)) is Reason.FRAME_MISALIGNED


def test_64_kib_pass_and_a_sample_more_does_not() -> None:
    assert len(wire.audio_frame(bytes(65_536))[1]) == 65_528
    assert _audio_reason(bytes(65_538)) is Reason.FRAME_TOO_LARGE


@pytest.mark.parametrize("first", [2**53 + 1, 2**63, 2**64 - 1])
def test_a_position_that_is_negative_or_beyond_all_numbers_is_refused(first: int) -> None:
    """-1 of a careless client arrives as 2**64 - 1."""
    assert _audio_reason(struct.pack("<Q", first) + b"ab") is Reason.BAD_POSITION


@pytest.mark.parametrize("magic", [b"RIFF", b"OggS", b"fLaC", b"ID3\x03", b"\x1a\x45\xdf\xa3", b"FORM", b"#!AMR"])
@pytest.mark.parametrize("before", [b"", bytes(8)])
def test_files_are_told_from_samples(magic: bytes, before: bytes) -> None:
    assert wire.is_container(before + magic + bytes(100))


def test_silence_and_noise_are_no_files() -> None:
    assert not wire.is_container(bytes(3208))
    assert not wire.is_container(b"\x7f\x80" * 1600)


# --- what goes out ----------------------------------------------------------------------------------------------------


def test_a_hidden_sentence_goes_out_without_its_text() -> None:
    item = Item(1, 2, 3, 0, 5, "never mind", hidden=True)
    sent = json.loads(wire.sentences(7, 2, 3, [item]))
    assert (sent["items"][0]["text"], sent["items"][0]["hidden"]) == ("", True)


def test_mark_up_is_text_and_stays_it() -> None:
    text = "</script><b>&\u2028字"
    assert json.loads(wire.interim(1, 2, text))["text"] == text


def test_nothing_that_is_no_number_goes_out() -> None:
    with pytest.raises(ValueError, match="JSON"):
        wire.broadcaster_status(behind_ms=float("nan"))


def test_an_error_says_what_to_do() -> None:
    sent = json.loads(wire.error(Refused(Reason.TOO_FAST, retry_after=1.0), kept=5, request_id="r"))
    assert sent == {
        "type": "error",
        "code": 4429,
        "key": "too_fast",
        "message": Reason.TOO_FAST.message,
        "kept": 5,
        "retry_after": 1.0,
        "request_id": "r",
    }


def test_a_snapshot_of_a_room_without_a_session_is_empty() -> None:
    assert json.loads(wire.snapshot(None, 0, [], {}))["session"] is None
    info = SessionInfo(1, "Talk", "live", "en")
    assert json.loads(wire.snapshot(info, 4, [], {3: "b", 2: "a"}))["interims"] == [
        {"number": 2, "text": "a"},
        {"number": 3, "text": "b"},
    ]


def test_a_close_reason_fits_into_its_frame() -> None:
    assert all(len(reason.key.encode()) <= 123 for reason in Reason)
