from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.local.sherpa_messages import HEADER, MAX_PAYLOAD, Kind, Message, Reader, error, failed

_messages = st.lists(st.builds(Message, st.sampled_from(Kind), st.integers(0, 9), st.binary(max_size=40)), max_size=5)


@settings(max_examples=50)
@given(_messages, st.integers(1, 60))
def test_messages_survive_however_the_pipe_cuts_them(sent: list[Message], size: int) -> None:
    data = b"".join(said.packed() for said in sent)
    reader = Reader()
    heard = [said for at in range(0, len(data), size) for said in reader.feed(data[at : at + size])]
    assert heard == sent


@pytest.mark.parametrize("header", [HEADER.pack(MAX_PAYLOAD + 1, Kind.RESULT, 1), HEADER.pack(0, 99, 1)])
def test_what_is_no_message_is_refused(header: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(Reader().feed(header))


def test_an_error_survives_the_pipe() -> None:
    said = error(failed(3, EngineError(ErrorKind.PARAMETERS, "坏了", code="model-damaged")))
    assert (said.kind, str(said), said.code, said.retryable) == (ErrorKind.PARAMETERS, "坏了", "model-damaged", False)


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"kind":"no","message":"","code":""}'])
def test_anything_else_is_no_error(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        error(Message(Kind.FAILED, 1, payload))
