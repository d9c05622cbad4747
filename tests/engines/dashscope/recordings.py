"""Driving the engine for recordings through to its result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from subtitles.engines.base import BatchResult, EngineError, Options, Pending, Source, Ticket, Transcribed
from subtitles.engines.dashscope.batch import DashScopeBatchEngine
from tests.fakes import position_code, sound_files
from tests.fakes.dashscope import FakeDashScope

TEXTS = position_code.sentences(0, 40)


def hosted(fake: FakeDashScope, name: str = "a.wav", content: bytes = b"") -> Source:
    """A recording at an address: two sentences where no content is given."""
    return Source(address=fake.batch.host(name, content or sound_files.wav(position_code.encode(0, 40))))


async def result(
    engine: DashScopeBatchEngine, sources: Sequence[Source], model: str, language: str = "", **values: Any
) -> BatchResult:
    answer = await engine.submit(sources, Options(model, language, values))
    return answer if isinstance(answer, BatchResult) else await finished(engine, answer)


async def finished(engine: DashScopeBatchEngine, ticket: Ticket) -> BatchResult:
    for _ in range(10):
        answer = await engine.check(ticket)
        if not isinstance(answer, Pending):
            return answer
    raise AssertionError("never done")


async def transcript(
    engine: DashScopeBatchEngine, source: Source, model: str, language: str = "", **values: Any
) -> Transcribed:
    (found,) = (await result(engine, [source], model, language, **values)).recordings
    assert isinstance(found, Transcribed), found
    return found


async def failure(engine: DashScopeBatchEngine, source: Source, model: str = "fun-asr", **values: Any) -> EngineError:
    """How the only recording failed, or the task as a whole."""
    try:
        (found,) = (await result(engine, [source], model, **values)).recordings
    except EngineError as error:
        return error
    assert isinstance(found, EngineError), found
    return found
