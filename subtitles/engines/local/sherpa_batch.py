"""The engine "local" for recordings: a worker process for each, as long as it is transcribed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from subtitles.engines.base import (
    BatchResult,
    Capabilities,
    EngineError,
    ErrorKind,
    LostTicket,
    Options,
    Pending,
    Source,
    Ticket,
    Transcribed,
)
from subtitles.engines.catalog import primary
from subtitles.engines.catalog.local_types import Design, Use
from subtitles.engines.local.models import Models
from subtitles.engines.local.places import Places
from subtitles.engines.local.sherpa import chosen, hotwords, refusal
from subtitles.engines.local.sherpa_file import Wish
from subtitles.engines.local.sherpa_hotwords import prompted
from subtitles.engines.local.sherpa_plan import Plan
from subtitles.engines.local.sherpa_planning import plan
from subtitles.engines.local.sherpa_pool import Workers
from subtitles.engines.local.sherpa_stream import ModelStream
from subtitles.speech import FinalResult

log = logging.getLogger(__name__)
Tell = Callable[[int], Awaitable[None]]
PROMPTED = 100
"""Tokens of hot words: with 20 s of sound (260 tokens) and the prompt's frame (30) they have to leave room for what was
said in the 512 positions that sherpa-onnx gives Qwen3-ASR."""
_SENSE_VOICE_LANGUAGES = frozenset({"zh", "yue", "en", "ja", "ko"})


class LocalBatchEngine:
    """`capacity`: how many recordings at once in this process; the next is told `busy`. A recording is transcribed
    while it is waited for: there are no tasks to ask about, and nobody bills if it is done again."""

    capabilities = Capabilities(realtime=False, batch=True, max_pace=10.0, interim_results=False, word_times=False)

    def __init__(self, folder: str | Path, capacity: int = 1, threads: int = 2) -> None:
        self._models = Models(Path(folder))
        self._threads = threads
        self._workers = Workers()
        self._places = Places(capacity)

    def refuse(self, options: Options) -> EngineError | None:
        return refusal(self._models, options, Use.BATCH)

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
        with self._places.one():
            async with self._workers.worker(self._plan(options)) as worker:
                for number, source in enumerate(sources):
                    with worker.lent() as stream:
                        stream.transcribe(_wish(source, options).as_json())
                        found.append(await _heard(stream, tell, 100 * number // len(sources), len(sources)))
        return BatchResult(tuple(found))

    async def check(self, ticket: Ticket) -> Pending | BatchResult:
        raise LostTicket(ErrorKind.PARAMETERS, "Models on this machine keep no tasks.", code="no-tasks")

    async def cancel(self, ticket: Ticket) -> bool:
        return True

    def _plan(self, options: Options) -> Plan:
        model = chosen(options, Use.BATCH)
        words = hotwords(options)
        values: dict[str, Any] = {}
        if model.design is Design.SENSE_VOICE:
            language = primary(options.language)
            values["language"] = language if language in _SENSE_VOICE_LANGUAGES else ""
            values["itn"] = options.values.get("itn", True)
        if model.design is Design.QWEN:
            values["hotwords"] = prompted(words, PROMPTED)
            if left_out := len(words) - len(values["hotwords"]):
                log.info("hot words: %d of %d do not fit into the prompt and were left out", left_out, len(words))
        beam = bool(words) and model.design is Design.OFFLINE_TRANSDUCER
        speakers = bool(options.values.get("diarization"))
        return plan(self._models, model, threads=self._threads, beam=beam, speakers=speakers, values=values)


def _wish(source: Source, options: Options) -> Wish:
    path, words = str(_file(source)), tuple(hotwords(options))
    if not options.values.get("diarization"):
        return Wish(path, hotwords=words)
    count = options.values.get("speaker_count", 0)
    return Wish(path, count if isinstance(count, int) else 0, words)


async def _heard(stream: ModelStream, tell: Tell, begin: int, count: int) -> Transcribed | EngineError:
    """An error that is this recording's own is its outcome; any other is raised."""
    sentences: list[FinalResult] = []
    told = -1
    try:
        async for result in stream:
            if isinstance(result, FinalResult):
                sentences.append(result)
            if (percent := begin + stream.percent // count) > told:
                told = percent
                await tell(percent)
    except EngineError as error:
        if error.kind is ErrorKind.PARAMETERS:
            return error
        raise
    return Transcribed(tuple(sentences), **stream.summary)


def _file(source: Source) -> Path:
    if source.path is None:
        words = "Models on this machine read files, not addresses."
        raise EngineError(ErrorKind.PARAMETERS, words, code="no-file")
    return source.path


async def _nobody(percent: int) -> None:
    """Not asked for."""
