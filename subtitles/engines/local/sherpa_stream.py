"""One stream of a model's worker, as the server sees it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.local.messages import decode_result
from subtitles.engines.local.sherpa_messages import Kind, Message, error, message
from subtitles.speech import BYTES_PER_SAMPLE, AudioFormat, Result

log = logging.getLogger(__name__)
WAITING_BYTES = 16_000
"""Audio sent and not yet heard before `send` waits: half a second."""
MOST_RESULTS = 2_000
"""That nobody has read: then the stream breaks rather than grow."""


class Worker(Protocol):
    """Whom a stream belongs to, as far as it knows."""

    @property
    def pid(self) -> int: ...

    def send(self, said: Message, *, owes: bool = False) -> None: ...


class ModelStream:
    """A RealtimeStream (see base), or the results for one file."""

    format = AudioFormat()

    def __init__(self, worker: Worker, number: int) -> None:
        self.number = number
        self.owed = 0
        """Answers that the worker owes to this stream."""
        self.percent = 0
        """Of a file."""
        self.summary: Mapping[str, Any] = {}
        self._worker = worker
        self._waiting = 0
        self._moved = asyncio.Event()
        self._results: asyncio.Queue[Result | None] = asyncio.Queue(MOST_RESULTS)
        self._error: EngineError | None = None
        self._finished = False
        self._ended = False

    @property
    def pid(self) -> int:
        return self._worker.pid

    async def open(self, fields: Mapping[str, Any]) -> None:
        """Raises EngineError."""
        self._ask(message(Kind.OPEN, self.number, fields))
        while self.owed:
            await self._change()

    def transcribe(self, fields: Mapping[str, Any]) -> None:
        """Raises EngineError. Iterate for the sentences."""
        self._finished = True
        self._ask(message(Kind.TRANSCRIBE, self.number, fields))

    async def send(self, pcm: bytes) -> None:
        if len(pcm) % BYTES_PER_SAMPLE:
            raise EngineError(ErrorKind.PARAMETERS, "Audio must be whole 16-bit samples.")
        while self._waiting and self._waiting + len(pcm) > WAITING_BYTES:
            await self._change()
        self._waiting += len(pcm)
        self._ask(Message(Kind.AUDIO, self.number, pcm))

    async def finish(self) -> None:
        if not self._finished:
            self._finished = True
            self._ask(Message(Kind.FINISH, self.number))

    async def __aiter__(self) -> AsyncIterator[Result]:
        while True:
            while not self._results.empty():
                result = self._results.get_nowait()
                if result is None:
                    self._results.put_nowait(None)
                    return
                yield result
            await self._change()

    # --- what the worker says -------------------------------------------------------------------------------------

    def hear(self, said: Message) -> None:
        """Raises ValueError for what makes no sense."""
        if said.kind is Kind.RESULT:
            self._keep(decode_result(said.payload))
        elif said.kind is Kind.TAKEN:
            self._take(int.from_bytes(said.payload, "little"))
        elif said.kind is Kind.OPENED:
            self.owed -= 1
        elif said.kind is Kind.END:
            self.summary = json.loads(said.payload)
            self.owed -= 1
            self._keep(None)
        elif said.kind is Kind.FAILED:
            self.fail(error(said))
        elif said.kind is Kind.HOTWORDS:
            self._note(said.json())
        self._moved.set()

    def fail(self, reason: EngineError) -> None:
        self.owed = 0
        self._error = self._error or reason
        self._moved.set()

    def _take(self, much: int) -> None:
        if self._waiting:
            self._waiting -= much
            self.owed -= 1
        else:
            self.percent = much

    def _note(self, counts: Mapping[str, Any]) -> None:
        words = "hot words of worker %d: %s of %s cannot be written in the model's tokens and were left out"
        log.warning(words, self.pid, counts.get("left_out"), counts.get("of"))

    def _keep(self, result: Result | None) -> None:
        try:
            self._results.put_nowait(result)
        except asyncio.QueueFull:
            self.fail(EngineError(ErrorKind.NETWORK, "Nobody reads what the recogniser says."))

    def _ask(self, said: Message) -> None:
        if self._error:
            raise self._error
        self._worker.send(said, owes=True)
        self.owed += 1

    async def _change(self) -> None:
        """Waits until the worker has said something to this stream. Raises EngineError."""
        if self._error:
            raise self._error
        self._moved.clear()
        await self._moved.wait()
        if self._error and self._results.empty():
            raise self._error
