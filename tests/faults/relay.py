from __future__ import annotations

import asyncio
from typing import Self

CHUNK = 65_536


class Relay:
    """A network between clients and a server on loopback, that can fail.

    `cut` resets every connection and lets nobody in; `hold` lets nothing pass through the connections of this moment,
    not even their end (half-open connections), while new ones work; `hang_up` ends the way to the server and leaves the
    way back open; `delay` is what every piece takes in seconds. `mend` ends a cut and a hold.
    """

    def __init__(self, port: int) -> None:
        self.delay = 0.0
        self._target = port
        self._is_cut = False
        self._server: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        assert self._server
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        self.cut()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def cut(self) -> None:
        self._is_cut = True
        for link in self._links:
            link.abort()

    def hold(self) -> None:
        for link in self._links:
            link.gate.clear()

    def hang_up(self) -> None:
        for link in self._links:
            link.server.write_eof()

    def mend(self) -> None:
        self._is_cut = False
        for link in self._links:
            link.gate.set()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            back, server = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            return writer.transport.abort()
        link = _Link(self, writer, server)
        self._links.add(link)
        if self._is_cut:
            link.abort()
        try:
            await asyncio.gather(link.carry(reader, server), link.carry(back, writer))
        finally:
            self._links.discard(link)
            link.abort()


class _Link:
    """One connection."""

    def __init__(self, relay: Relay, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client, self.server = client, server
        self.gate = asyncio.Event()
        self.gate.set()
        self._relay = relay

    def abort(self) -> None:
        self.gate.set()
        self.client.transport.abort()
        self.server.transport.abort()

    async def carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(CHUNK):
                await self._pass()
                target.write(data)
                await target.drain()
            await self._pass()
            target.write_eof()
        except (OSError, RuntimeError):
            await self.gate.wait()
            target.transport.abort()

    async def _pass(self) -> None:
        if self._relay.delay:
            await asyncio.sleep(self._relay.delay)
        await self.gate.wait()
