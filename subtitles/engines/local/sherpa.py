"""The engine "local": models that were fetched to this machine, run by sherpa-onnx.

One worker process holds a model for all streams that want it, because a bad model file ends its process.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

from subtitles.engines import catalog
from subtitles.engines.base import Capabilities, EngineError, ErrorKind, Options, RealtimeStream
from subtitles.engines.catalog.local_packages import package
from subtitles.engines.catalog.local_types import Package, Use
from subtitles.engines.local.models import Models
from subtitles.engines.local.places import Places
from subtitles.engines.local.sherpa_hotwords import lines
from subtitles.engines.local.sherpa_plan import Plan
from subtitles.engines.local.sherpa_planning import plan
from subtitles.engines.local.sherpa_pool import Workers

NAME = "local"
PACKAGE = "sherpa_onnx"


class LocalEngine:
    """`capacity`: how many streams may be open at once in this process (default: one per core); the next is told
    `busy` at once. `threads` are for one model."""

    capabilities = Capabilities(realtime=True, batch=False, max_pace=3.0, word_times=False)

    def __init__(self, folder: str | Path, capacity: int | None = None, threads: int = 1) -> None:
        self._models = Models(Path(folder))
        self._places = Places((os.cpu_count() or 1) if capacity is None else capacity)
        self._threads = threads
        self._workers = Workers()

    def refuse(self, options: Options) -> EngineError | None:
        return refusal(self._models, options, Use.LIVE)

    @asynccontextmanager
    async def open(self, options: Options) -> AsyncIterator[RealtimeStream]:
        if error := self.refuse(options):
            raise error
        with self._places.one():
            async with self._workers.worker(self._plan(options)) as worker:
                with worker.lent() as stream:
                    await stream.open({"hotwords": hotwords(options)})
                    yield stream

    def _plan(self, options: Options) -> Plan:
        return plan(self._models, chosen(options, Use.LIVE), threads=self._threads, beam=bool(hotwords(options)))


def chosen(options: Options, use: Use) -> Package:
    """Raises EngineError."""
    found = package(options.model)
    if found is None or found.use is not use:
        words = f"There is no model “{options.model}” for this machine."
        raise EngineError(ErrorKind.PARAMETERS, words, code="model")
    return found


def refusal(models: Models, options: Options, use: Use) -> EngineError | None:
    if find_spec(PACKAGE) is None:
        words = "Models on this machine need the Python package sherpa-onnx, which is not installed here."
        return EngineError(ErrorKind.PARAMETERS, words, code="package")
    checked = catalog.validate(NAME, options.model, options.language, options.values, realtime=use is Use.LIVE)
    if checked.errors:
        return EngineError(ErrorKind.PARAMETERS, " ".join(map(str, checked.errors.values())), code="options")
    if models.find(options.model) is None:
        words = f"The model “{options.model}” is not on this machine. Fetch it on the models page, or choose another."
        return EngineError(ErrorKind.PARAMETERS, words, code="not-installed")
    return None


def hotwords(options: Options) -> list[str]:
    return lines(str(options.values.get("hotwords", "")))
