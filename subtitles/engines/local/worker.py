"""The server's side of a worker: a recogniser in a process of its own, spoken to as a realtime stream.

A process, because recognisers hold the interpreter's lock or end the whole process on a bad model file.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

from subtitles.engines.base import EngineError, ErrorKind, Options
from subtitles.engines.local.messages import HEADER, Kind, decode_result, encode_options, pack, unpack_header
from subtitles.engines.local.process import spawn
from subtitles.speech import BYTES_PER_SAMPLE, AudioFormat, Result

START_SECONDS = 15.0
CLOSE_SECONDS = 0.9
WAITING_BYTES = 8_192
"""Audio held on this side of the pipe before `send` waits: a quarter of a second. The pipe itself holds a few more."""

log = logging.getLogger(__name__)


@asynccontextmanager
async def recognise(target: str, options: Options) -> AsyncIterator[WorkerStream]:
    """Runs the recogniser `target` (`package.module:Factory`, see host.Recogniser) until the context is left.

    Raises EngineError: `busy` when no process can be started, `network` when it ends or does not get ready.
    """
    stream = WorkerStream(await spawn(target))
    try:
        await stream.start(options)
        yield stream
    finally:
        await stream.close()


class WorkerStream:
    """A RealtimeStream (see base) over one child process."""

    format = AudioFormat()

    def __init__(self, process: Process) -> None:
        self.pid = process.pid
        self._process = process
        self._input = cast(asyncio.StreamWriter, process.stdin)
        self._output = cast(asyncio.StreamReader, process.stdout)
        self._errors = cast(asyncio.StreamReader, process.stderr)
        self._input.transport.set_write_buffer_limits(high=WAITING_BYTES)
        self._reading = asyncio.Lock()
        self._finished = False
        self._closing = False
        self._logging = asyncio.create_task(self._log_errors())

    async def start(self, options: Options) -> None:
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._write(Kind.START, encode_options(options))
                kind, _ = await self._read()
        except TimeoutError:
            raise EngineError(ErrorKind.NETWORK, "The recogniser did not get ready in time.") from None
        if kind is not Kind.READY:
            raise _nonsense()

    async def send(self, pcm: bytes) -> None:
        if len(pcm) % BYTES_PER_SAMPLE:
            raise EngineError(ErrorKind.PARAMETERS, "Audio must be whole 16-bit samples.")
        await self._write(Kind.AUDIO, pcm)

    async def finish(self) -> None:
        if not self._finished:
            self._finished = True
            await self._write(Kind.FINISH)

    async def __aiter__(self) -> AsyncIterator[Result]:
        while (message := await self._read())[0] is not Kind.END:
            yield _result(*message)

    async def close(self) -> None:
        self._closing = True
        with suppress(ProcessLookupError):
            self._process.kill()
        self._input.close()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._drain()
                await self._logging
                await self._process.wait()
        except TimeoutError:
            self._logging.cancel()
            log.warning("worker %d does not end", self.pid)

    async def _drain(self) -> None:
        """A pipe that nobody reads to its end is never closed."""
        async with self._reading:
            await self._output.read()

    async def _write(self, kind: Kind, payload: bytes = b"") -> None:
        if self._input.is_closing():
            raise _gone()
        try:
            self._input.write(pack(kind, payload))
            await self._input.drain()
        except OSError:
            raise _gone() from None

    async def _read(self) -> tuple[Kind, bytes]:
        async with self._reading:
            try:
                size, kind = unpack_header(await self._output.readexactly(HEADER.size))
                return kind, await self._output.readexactly(size)
            except asyncio.IncompleteReadError:
                await self._note_end()
                raise _gone() from None
            except ValueError:
                raise _nonsense() from None

    async def _note_end(self) -> None:
        if self._closing:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._process.wait()
        log.warning("worker %d ended by itself, exit code %s", self.pid, self._process.returncode)

    async def _log_errors(self) -> None:
        while chunk := await self._errors.read(4_096):
            log.debug("worker %d: %s", self.pid, chunk.decode(errors="replace").rstrip())


def _result(kind: Kind, payload: bytes) -> Result:
    try:
        if kind is Kind.RESULT:
            return decode_result(payload)
    except ValueError:
        pass
    raise _nonsense()


def _gone() -> EngineError:
    return EngineError(ErrorKind.NETWORK, "The recogniser's process has ended.")


def _nonsense() -> EngineError:
    return EngineError(ErrorKind.PROTOCOL, "The recogniser's process said something that cannot be understood.")
