"""The preview engine for recordings: English, at about four times the pace of speech, with nothing to download."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from subtitles.engines import catalog
from subtitles.engines.base import (
    BatchResult,
    Capabilities,
    EngineError,
    ErrorKind,
    LostTicket,
    Options,
    Pending,
    RealtimeStream,
    Source,
    Ticket,
    Transcribed,
)
from subtitles.engines.local.decoding import blocks
from subtitles.engines.local.pocketsphinx import LANGUAGE, PreviewEngine
from subtitles.speech import FinalResult

Tell = Callable[[int], Awaitable[None]]
NAME = "preview"


class PreviewBatchEngine:
    """One worker process for each recording. `capacity`: how many at once in this process; the next is told `busy`.

    It holds no tasks: a recording is transcribed while it is waited for, and nobody bills if that is repeated.
    """

    capabilities = Capabilities(
        realtime=False, batch=True, max_pace=4.0, languages=frozenset({LANGUAGE}), interim_results=False
    )

    def __init__(self, capacity: int = 1) -> None:
        self._engine = PreviewEngine(capacity)

    def refuse(self, options: Options) -> EngineError | None:
        """Why `options` cannot be served: another language, an option unknown, the package not installed."""
        if catalog.primary(options.language) not in ("", LANGUAGE):
            words = (
                f"The preview engine understands English only; speech in “{options.language}” would come out as wrong "
                "English words. Choose another engine."
            )
            return EngineError(ErrorKind.PARAMETERS, words, code="language")
        name = options.model or catalog.models_of(NAME, realtime=False)[0].name
        checked = catalog.validate(NAME, name, options.language, options.values, realtime=False)
        if checked.errors:
            return EngineError(ErrorKind.PARAMETERS, " ".join(str(notice) for notice in checked.errors.values()))
        return self._engine.refuse(options)

    async def prepare(self, source: Source, options: Options) -> Source:
        """See `BatchEngine.prepare`: files are read where they lie."""
        if error := self.refuse(options):
            raise error
        _file(source)
        return source

    async def submit(self, sources: Sequence[Source], options: Options) -> BatchResult:
        """See `BatchEngine.submit`."""
        return await self.transcribe(sources, options, _nobody)

    async def transcribe(self, sources: Sequence[Source], options: Options, tell: Tell) -> BatchResult:
        """As `submit`; `tell` hears each percent, and may raise to stop it."""
        if error := self.refuse(options):
            raise error
        found: list[Transcribed | EngineError] = []
        for number, source in enumerate(sources):
            whole = _Share(tell, number, len(sources))
            async with self._engine.open(options) as stream:
                found.append(await _heard(stream, _file(source), whole))
        return BatchResult(tuple(found))

    async def check(self, ticket: Ticket) -> Pending | BatchResult:
        raise LostTicket(ErrorKind.PARAMETERS, "The preview engine keeps no tasks.", code="no-tasks")

    async def cancel(self, ticket: Ticket) -> bool:
        return True


class _Share:
    """One recording's part in the progress of several."""

    def __init__(self, tell: Tell, number: int, count: int) -> None:
        self._tell, self._number, self._count = tell, number, count
        self._told = -1

    async def reached(self, percent: int) -> None:
        whole = (100 * self._number + percent) // self._count
        if whole > self._told:
            self._told = whole
            await self._tell(whole)


async def _heard(stream: RealtimeStream, path: Path, share: _Share) -> Transcribed:
    try:
        async with asyncio.TaskGroup() as tasks:
            sentences = tasks.create_task(_finals(stream))
            tasks.create_task(_feed(stream, path, share))
    except ExceptionGroup as group:
        # Both tasks may fail for one reason; whoever stops the work is heard first.
        raise min(group.exceptions, key=lambda error: isinstance(error, EngineError)) from None
    return Transcribed(sentences.result(), language=LANGUAGE)


async def _finals(stream: RealtimeStream) -> tuple[FinalResult, ...]:
    return tuple([result async for result in stream if isinstance(result, FinalResult)])


async def _feed(stream: RealtimeStream, path: Path, share: _Share) -> None:
    read = blocks(path)
    try:
        while block := await asyncio.to_thread(next, read, None):
            pcm, percent = block
            await stream.send(pcm)
            await share.reached(percent)
    finally:
        read.close()
    await stream.finish()


def _file(source: Source) -> Path:
    if source.path is None:
        words = "The preview engine reads files on this machine, not addresses."
        raise EngineError(ErrorKind.PARAMETERS, words, code="no-file")
    return source.path


async def _nobody(percent: int) -> None:
    """Not asked for."""
