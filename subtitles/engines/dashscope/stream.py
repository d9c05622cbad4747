"""One recognition on one DashScope socket: audio out, results in, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from typing import NoReturn

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.dashscope import protocol
from subtitles.engines.dashscope.errors import loggable, nobody_spoke, task_error
from subtitles.engines.dashscope.fields import Malformed
from subtitles.engines.dashscope.parameters import Asked
from subtitles.speech import BYTES_PER_SAMPLE, AudioFormat, Result

log = logging.getLogger(__name__)

_FRAMES_PER_SECOND = 10
_LAST_WORDS_SECONDS = 0.5


class DashScopeStream:
    """One task on one socket. Sending and iterating are for two tasks; iterate once."""

    def __init__(self, socket: ClientConnection, model: str, asked: Asked, finish_seconds: float) -> None:
        self.format = AudioFormat(asked.sample_rate)
        self._socket = socket
        self._model = model
        self._asked = asked
        self._task = protocol.Task(uuid.uuid4().hex)
        self._finish_seconds = finish_seconds
        self._finishing = False
        self._deadline: float | None = None
        self._waiting: asyncio.Timeout | None = None
        self._samples = 0
        self._over = asyncio.Event()
        self._error: EngineError | None = None

    async def start(self, seconds: float) -> None:
        """Asks for the task and waits for task-started; audio sent before it would make the task fail."""
        asked = self._asked
        task_id = self._task.task_id
        await self._say(
            protocol.run_task(task_id, self._model, asked.sample_rate, asked.parameters, phrase_id=asked.phrase_id)
        )
        try:
            async with asyncio.timeout(seconds):
                while not isinstance(event := await self._event(), protocol.Started):
                    self._refuse_to_start(event)
        except TimeoutError:
            raise self._failed(ErrorKind.NETWORK, "DashScope did not start the recognition in time.") from None
        log.info("DashScope task %s started, model %s", task_id, self._model)

    async def send(self, pcm: bytes) -> None:
        """Whole samples in `format`. Anything longer than 100 ms goes out in frames of 100 ms."""
        size = self.format.sample_rate // _FRAMES_PER_SECOND * BYTES_PER_SAMPLE
        for first in range(0, len(pcm), size):
            frame = pcm[first : first + size]
            self._samples += len(frame) // BYTES_PER_SAMPLE
            self._task.heard_ms = self._samples * 1000 // self.format.sample_rate
            await self._say(frame)

    async def finish(self) -> None:
        if self._finishing or (self._over.is_set() and self._error is None):
            return
        self._finishing = True
        self._deadline = asyncio.get_running_loop().time() + self._finish_seconds
        if self._waiting is not None:
            self._waiting.reschedule(self._deadline)
        await self._say(protocol.finish_task(self._task.task_id))

    async def __aiter__(self) -> AsyncIterator[Result]:
        try:
            async for result in self._results():
                yield result
        except EngineError as error:
            self._error = error
            raise
        finally:
            self._over.set()

    async def _results(self) -> AsyncIterator[Result]:
        while True:
            event = await self._event()
            match event:
                case protocol.Recognised(results):
                    for result in results:
                        yield result
                case protocol.Finished(results):
                    for result in results:
                        yield result
                    self._check_asked_for()
                    return
                case protocol.Failed(code, message, results):
                    for result in results:
                        yield result
                    self._check_silence(code, message)
                    return
                case _:
                    pass

    def _check_asked_for(self) -> None:
        if not self._finishing:
            raise self._failed(ErrorKind.PROTOCOL, "DashScope ended the recognition before it was asked to.")

    def _check_silence(self, code: str, message: str) -> None:
        """A task that heard nothing is over, not broken."""
        log.info("DashScope task %s: %s: %s", self._task.task_id, loggable(code), loggable(message))
        if not nobody_spoke(code, message):
            raise task_error(code, message, self._task.task_id)

    def _refuse_to_start(self, event: protocol.Event | None) -> None:
        match event:
            case protocol.Failed(code, message):
                log.warning("DashScope task %s: %s: %s", self._task.task_id, loggable(code), loggable(message))
                raise task_error(code, message, self._task.task_id)
            case protocol.Finished():
                self._check_asked_for()

    async def _event(self) -> protocol.Event | None:
        try:
            return self._task.receive(await self._frame())
        except Malformed as error:
            raise self._failed(ErrorKind.PROTOCOL, f"DashScope sent something unreadable: {error}.") from error

    async def _frame(self) -> str:
        try:
            async with asyncio.timeout_at(self._deadline) as self._waiting:
                frame = await self._socket.recv()
        except TimeoutError:
            raise self._failed(ErrorKind.NETWORK, "DashScope did not finish the recognition in time.") from None
        except ConnectionClosed as error:
            raise self._closed(error) from error
        finally:
            self._waiting = None
        if isinstance(frame, bytes):
            raise Malformed("a binary frame")
        return frame

    async def _say(self, frame: str | bytes) -> None:
        try:
            await self._socket.send(frame)
        except ConnectionClosed as error:
            await self._raise_reason(error)

    async def _raise_reason(self, error: ConnectionClosed) -> NoReturn:
        """The reason for a closed connection comes as a message: the iteration gets a moment to read it."""
        try:
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                await self._over.wait()
        except TimeoutError:
            raise self._closed(error) from error
        if self._error is None:
            raise self._failed(ErrorKind.NETWORK, "The recognition is over: it takes no more audio.", "over")
        raise self._error

    def _closed(self, error: ConnectionClosed) -> EngineError:
        """Any close before task-finished is a failed task; 1007 and 1009 say that a message could not be taken."""
        sent, received = error.sent, error.rcvd
        code = received.code if received else sent.code if sent else 1006
        kind = ErrorKind.PROTOCOL if code in (1002, 1007, 1009) else ErrorKind.NETWORK
        return self._failed(kind, "The connection to DashScope broke.", f"close {code}")

    def _failed(self, kind: ErrorKind, words: str, code: str = "") -> EngineError:
        log.warning("DashScope task %s: %s %s", self._task.task_id, words, code)
        return EngineError(kind, words, code=code, request_id=self._task.task_id)
