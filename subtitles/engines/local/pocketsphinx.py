"""The engine of a fresh machine: English captions of preview quality with nothing to download and no key."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec

from subtitles.engines.base import Capabilities, EngineError, ErrorKind, Options, RealtimeStream
from subtitles.engines.local.worker import recognise

RECOGNISER = "subtitles.engines.local.pocketsphinx_decoder:PreviewRecogniser"
PACKAGE = "pocketsphinx"
LANGUAGE = "en"
RETRY_SECONDS = 5.0


class PreviewEngine:
    """One worker process per stream: about 100 MB and an eighth of a core each.

    `capacity` is how many streams may be open at once (default: one per core); the next is told `busy` at once.
    """

    capabilities = Capabilities(realtime=True, batch=False, max_pace=4.0, languages=frozenset({LANGUAGE}))

    def __init__(self, capacity: int | None = None, *, package: str = PACKAGE) -> None:
        self._capacity = (os.cpu_count() or 1) if capacity is None else capacity
        self._package = package
        self._open = 0

    def refuse(self, options: Options) -> EngineError | None:
        if find_spec(self._package) is None:
            return _refusal(
                f"The preview engine needs the Python package {self._package}, which is not installed here. "
                "Install it, or choose another engine."
            )
        if _primary(options.language) not in ("", LANGUAGE):
            return _refusal(
                f"The preview engine understands English only; speech in {options.language!r} would come out as wrong "
                "English words. Choose another engine for this language, or set the room's language to English."
            )
        return None

    @asynccontextmanager
    async def open(self, options: Options) -> AsyncIterator[RealtimeStream]:
        if refusal := self.refuse(options):
            raise refusal
        with self._place():
            async with recognise(RECOGNISER, options) as stream:
                yield stream

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._open >= self._capacity:
            message = f"All {self._capacity} places of the preview engine are taken. Try again when a stream has ended."
            raise EngineError(ErrorKind.BUSY, message, retry_after=RETRY_SECONDS)
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1


def _primary(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()


def _refusal(message: str) -> EngineError:
    return EngineError(ErrorKind.PARAMETERS, message)
