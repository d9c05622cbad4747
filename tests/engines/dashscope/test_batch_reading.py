from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.dashscope import batch_reading
from subtitles.engines.dashscope.batch_reading import read
from subtitles.engines.dashscope.batch_results import transcribed
from subtitles.engines.dashscope.fields import Malformed


def result(**sentence: Any) -> bytes:
    word = {"begin_time": 0, "end_time": 90, "text": "字", "punctuation": "。"}
    one = {"begin_time": 0, "end_time": 100, "text": "<|Speech|>字。<|/Speech|><|HAPPY|>", "words": [word], **sentence}
    return json.dumps({"transcripts": [{"channel_id": 0, "sentences": [one] * 3}]}).encode()


@pytest.fixture
def always_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_reading, "LONG_BYTES", 0)


@pytest.mark.parametrize("tagged", [True, False])
@pytest.mark.usefixtures("always_long")
async def test_a_process_of_its_own_reads_the_same(tagged: bool) -> None:
    assert await read(result(), tagged) == transcribed(result(), tagged)


@pytest.mark.usefixtures("always_long")
async def test_what_it_cannot_read_is_malformed_and_named() -> None:
    with pytest.raises(Malformed, match="text"):
        await read(result(text=7))
    with pytest.raises(Malformed, match="not JSON"):
        await read(b'{"transcripts": [' * 50_000)


@pytest.mark.usefixtures("always_long")
async def test_a_reader_that_cannot_be_started_is_an_error_that_may_pass(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(EngineError) as raised:
        await read(result())
    assert (raised.value.kind, raised.value.retryable) == (ErrorKind.NETWORK, True)
