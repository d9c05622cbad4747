"""The preview engine for recordings: English, at about four times the pace of speech, with nothing to download."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from subtitles.engines import catalog
from subtitles.engines.base import Capabilities, EngineError, ErrorKind, Options, RealtimeStream, Transcribed
from subtitles.engines.local.at_once import AtOnceEngine, Heard, Share
from subtitles.engines.local.decoding import blocks
from subtitles.engines.local.pocketsphinx import LANGUAGE, PreviewEngine
from subtitles.speech import FinalResult

NAME = "preview"


class PreviewBatchEngine(AtOnceEngine):
    """One worker process for each recording. `capacity`: how many at once in this process; the next is told `busy`."""

    capabilities = Capabilities(
        realtime=False, batch=True, max_pace=4.0, languages=frozenset({LANGUAGE}), interim_results=False
    )
    no_tasks = "The preview engine keeps no tasks."
    no_addresses = "The preview engine reads files on this machine, not addresses."

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

    async def _transcribe(self, recordings: Sequence[Heard], options: Options) -> list[Transcribed | EngineError]:
        found: list[Transcribed | EngineError] = []
        for path, share in recordings:
            async with self._engine.open(options) as stream:
                found.append(await _heard(stream, path, share))
        return found


async def _heard(stream: RealtimeStream, path: Path, share: Share) -> Transcribed:
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


async def _feed(stream: RealtimeStream, path: Path, share: Share) -> None:
    read = blocks(path)
    try:
        while block := await asyncio.to_thread(next, read, None):
            pcm, percent = block
            await stream.send(pcm)
            await share.reached(percent)
    finally:
        read.close()
    await stream.finish()
