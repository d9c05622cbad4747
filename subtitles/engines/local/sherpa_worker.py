"""The server's side of a model's worker: a process that holds one model, and the streams that share it.

Everything arrives by callbacks: there is no task that somebody would have to await.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import SubprocessTransport, WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import cast

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.local.process import command, environment
from subtitles.engines.local.sherpa_messages import Kind, Message, Reader, error, message
from subtitles.engines.local.sherpa_plan import Plan
from subtitles.engines.local.sherpa_stream import ModelStream

HOST = "subtitles.engines.local.sherpa_host"
LOAD_SECONDS = 120.0
"""The biggest model of the catalogue is a gigabyte: it is read twice, once for its checksum."""
SILENCE_SECONDS = 60.0
"""Of a worker that owes an answer. A piece of a recording (20 s) takes a slow model some seconds."""
CLOSE_SECONDS = 0.8

log = logging.getLogger(__name__)


class ModelWorker(asyncio.SubprocessProtocol):
    def __init__(self) -> None:
        self.users = 0
        """Who has it, or waits for it."""
        self._loop = asyncio.get_running_loop()
        self._reader = Reader()
        self._streams: dict[int, ModelStream] = {}
        self._numbers = count(1)
        self._loaded: asyncio.Future[None] = self._loop.create_future()
        self._loaded.add_done_callback(_was_looked_at)
        self._ended = asyncio.Event()
        self._owed = 0
        self._watch: asyncio.TimerHandle | None = None
        self._closing = False
        self._transport: SubprocessTransport | None = None

    @property
    def pid(self) -> int:
        return self._transport.get_pid() if self._transport else 0

    @property
    def is_dead(self) -> bool:
        return self._closing or self._ended.is_set() or (self._loaded.done() and self._loaded.exception() is not None)

    async def start(self, plan: Plan) -> None:
        """Begins to load. Raises EngineError `busy`."""
        try:
            transport, _ = await self._loop.subprocess_exec(
                lambda: self, *command(HOST), env=environment(), start_new_session=True
            )
        except OSError as reason:
            raise EngineError(ErrorKind.BUSY, "No process could be started for the recogniser.") from reason
        self._transport = transport
        self.send(message(Kind.LOAD, 0, plan.as_json()), owes=True)

    async def loaded(self) -> None:
        """Raises EngineError: the files are not what they should be, or it takes too long."""
        try:
            async with asyncio.timeout(LOAD_SECONDS):
                await asyncio.shield(self._loaded)
        except TimeoutError:
            raise EngineError(ErrorKind.NETWORK, "The model did not get ready in time.") from None

    @contextmanager
    def lent(self) -> Iterator[ModelStream]:
        """A stream, for as long as somebody listens to it."""
        stream = ModelStream(self, next(self._numbers))
        self._streams[stream.number] = stream
        try:
            yield stream
        finally:
            self._forget(stream)

    def send(self, said: Message, *, owes: bool = False) -> None:
        """Raises EngineError: the process is gone. With `owes` the worker is expected to say something before long."""
        pipe = cast(WriteTransport, self._transport.get_pipe_transport(0)) if self._transport else None
        if pipe is None or pipe.is_closing() or self.is_dead:
            raise gone()
        pipe.write(said.packed())
        if owes:
            self._owed += 1
            self._expect()

    async def close(self) -> None:
        """Ends the process within `CLOSE_SECONDS`, whatever it does."""
        self._closing = True
        self._expect()
        self._fail(gone())
        if self._transport is None:
            return
        with suppress(ProcessLookupError):
            self._transport.kill()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._ended.wait()
        except TimeoutError:
            log.warning("worker %d does not end", self.pid)
        self._transport.close()

    def _forget(self, stream: ModelStream) -> None:
        del self._streams[stream.number]
        self._owed -= stream.owed
        with suppress(EngineError):
            self.send(Message(Kind.CLOSE, stream.number))

    # --- what the process says ------------------------------------------------------------------------------------

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd != 1:
            log.debug("worker %d: %s", self.pid, data.decode(errors="replace").rstrip())
            return
        try:
            for said in self._reader.feed(data):
                self._hear(said)
        except ValueError:
            self._give_up(
                EngineError(ErrorKind.PROTOCOL, "The recogniser's process said something that cannot be understood.")
            )
        self._expect()

    def process_exited(self) -> None:
        code = self._transport.get_returncode() if self._transport else None
        if not self._closing:
            log.warning("worker %d ended by itself, exit code %s", self.pid, code)
        self._fail(gone() if self._loaded.done() else _ended_while_loading(code))
        self._ended.set()
        self._expect()

    def _hear(self, said: Message) -> None:
        stream = self._streams.get(said.stream)
        if said.kind is Kind.LOADED:
            self._owed -= 1
            if not self._loaded.done():
                self._loaded.set_result(None)
        elif said.kind is Kind.FAILED and said.stream == 0:
            self._fail(error(said))
        elif stream is not None:
            before = stream.owed
            stream.hear(said)
            self._owed -= before - stream.owed

    # --- watching -------------------------------------------------------------------------------------------------

    def _expect(self) -> None:
        """Starts the clock anew, or stops it."""
        if self._watch:
            self._watch.cancel()
            self._watch = None
        if self._owed > 0 and not self.is_dead:
            patience = SILENCE_SECONDS if self._loaded.done() else LOAD_SECONDS
            self._watch = self._loop.call_later(patience, self._give_up, _silent())

    def _give_up(self, reason: EngineError) -> None:
        log.warning("worker %d is ended: %s", self.pid, reason)
        self._fail(reason)
        if self._transport:
            with suppress(ProcessLookupError):
                self._transport.kill()

    def _fail(self, reason: EngineError) -> None:
        if not self._loaded.done():
            self._loaded.set_exception(reason)
        for stream in self._streams.values():
            stream.fail(reason)


def gone() -> EngineError:
    return EngineError(ErrorKind.NETWORK, "The recogniser's process has ended.")


def _silent() -> EngineError:
    return EngineError(ErrorKind.NETWORK, "The recogniser's process does not answer any more.")


def _ended_while_loading(code: int | None) -> EngineError:
    if code is not None and code < 0:
        words = "The recogniser's process was ended by the system while it loaded its model; perhaps memory is short."
        return EngineError(ErrorKind.NETWORK, words, code=f"signal {-code}")
    words = "The model's files cannot be loaded: they are damaged or not what they claim to be. Remove the model."
    return EngineError(ErrorKind.PARAMETERS, words, code="model-damaged")


def _was_looked_at(loading: asyncio.Future[None]) -> None:
    if not loading.cancelled():
        loading.exception()
