"""The engine "local" for recordings: a worker process for each, as long as it is transcribed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from subtitles.engines.base import Capabilities, EngineError, ErrorKind, Options, Transcribed
from subtitles.engines.catalog import primary
from subtitles.engines.catalog.local_types import Design, Use
from subtitles.engines.local.at_once import AtOnceEngine, Heard, Share
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
PROMPTED = 100
"""Tokens of hot words: with 20 s of sound (260 tokens) and the prompt's frame (30) they have to leave room for what was
said in the 512 positions that sherpa-onnx gives Qwen3-ASR."""
_SENSE_VOICE_LANGUAGES = frozenset({"zh", "yue", "en", "ja", "ko"})


class LocalBatchEngine(AtOnceEngine):
    """`capacity`: how many recordings at once in this process; the next is told `busy`."""

    capabilities = Capabilities(realtime=False, batch=True, max_pace=10.0, interim_results=False, word_times=False)
    no_tasks = "Models on this machine keep no tasks."
    no_addresses = "Models on this machine read files, not addresses."

    def __init__(self, folder: str | Path, capacity: int = 1, threads: int = 2) -> None:
        self._models = Models(Path(folder))
        self._threads = threads
        self._workers = Workers()
        self._places = Places(capacity)

    def refuse(self, options: Options) -> EngineError | None:
        return refusal(self._models, options, Use.BATCH)

    async def _transcribe(self, recordings: Sequence[Heard], options: Options) -> list[Transcribed | EngineError]:
        found: list[Transcribed | EngineError] = []
        with self._places.one():
            async with self._workers.worker(self._plan(options)) as worker:
                for path, share in recordings:
                    with worker.lent() as stream:
                        stream.transcribe(_wish(path, options).as_json())
                        found.append(await _heard(stream, share))
        return found

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


def _wish(path: Path, options: Options) -> Wish:
    words = tuple(hotwords(options))
    if not options.values.get("diarization"):
        return Wish(str(path), hotwords=words)
    count = options.values.get("speaker_count", 0)
    return Wish(str(path), count if isinstance(count, int) else 0, words)


async def _heard(stream: ModelStream, share: Share) -> Transcribed | EngineError:
    """An error that is this recording's own is its outcome; any other is raised."""
    sentences: list[FinalResult] = []
    try:
        async for result in stream:
            if isinstance(result, FinalResult):
                sentences.append(result)
            await share.reached(stream.percent)
    except EngineError as error:
        if error.kind is ErrorKind.PARAMETERS:
            return error
        raise
    return Transcribed(tuple(sentences), **stream.summary)
