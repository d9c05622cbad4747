from __future__ import annotations

import asyncio
from typing import Self

CHUNK = 65_536


class Relay:
    """A network between a client and a server on loopback, that can fail.

    `cut` resets every connection and lets nobody in; `hold` lets bytes pass no more but breaks nothing (a half-open
    connection); `mend` ends both. `hang_up` sends the end of the stream to the server side alone, once.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._passing = asyncio.Event()
        self._passing.set()
        self._is_cut = False
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._servers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        assert self._server
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        self.cut()
        self._passing.set()
        await self._server.wait_closed()

    def cut(self) -> None:
        self._is_cut = True
        for writer in list(self._open):
            writer.transport.abort()

    def hold(self) -> None:
        self._passing.clear()

    def mend(self) -> None:
        self._is_cut = False
        self._passing.set()

    def hang_up(self) -> None:
        for writer in list(self._servers):
            writer.write_eof()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            upstream, upstream_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, upstream_writer}
        self._servers.add(upstream_writer)
        try:
            await asyncio.gather(self._pass(reader, upstream_writer), self._pass(upstream, writer))
        finally:
            for end in (writer, upstream_writer):
                self._open.discard(end)
                end.transport.abort()
            self._servers.discard(upstream_writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(CHUNK):
                await self._passing.wait()
                writer.write(data)
                await writer.drain()
            writer.write_eof()
        except (OSError, RuntimeError):
            writer.transport.abort()
