from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

PATIENCE_S = 60.0
RETRY_S = 0.1


class Party:
    """A client as docs/protocol.md wants it: comes back by itself unless it was told that it is over.

    Runs while its context is open. What it finds wrong is an AssertionError, raised by whoever waits for it.
    """

    def __init__(self, url: str, path: str, headers: dict[str, str] | None = None) -> None:
        self.url = url
        self.codes: list[int] = []
        """Close codes, one for each connection that ended; 1006 where it broke."""
        self.messages = 0
        self.errors: list[dict[str, Any]] = []
        self._path = path
        self._headers = headers or {}
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._socket: ClientConnection | None = None
        self.is_over = self.is_connected = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._come_back(), name=repr(self))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        assert self._task
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def until(self, holds: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
        """Waits until something that this party does or hears makes it true."""
        try:
            async with asyncio.timeout(patience_s):
                while not holds():
                    self._check()
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{self!r} waited {patience_s} s in vain") from None
        self._check()

    async def hears(self, messages: int) -> None:
        """So many more."""
        target = self.messages + messages
        await self.until(lambda: self.messages >= target)

    async def has_ended(self, times: int = 1) -> None:
        """So many connections of its, in all."""
        await self.until(lambda: len(self.codes) >= times)

    async def talk(self, socket: ClientConnection) -> None:
        raise NotImplementedError

    def give_up(self) -> None:
        """Takes the connection for dead, as a page does that has heard nothing for too long."""
        if self._socket is not None:
            self._socket.transport.abort()

    def changed(self) -> None:
        self._news.set()

    def _check(self) -> None:
        if self._task is not None and self._task.done() and (error := self._task.exception()) is not None:
            raise error

    async def _come_back(self) -> None:
        try:
            while not self.is_over:
                await self._visit()
                # A client's own back-off, not a test that waits.
                await asyncio.sleep(self._retry_after())
        finally:
            self.changed()

    def _retry_after(self) -> float:
        """Seconds; longer where the server said so when it closed with 44xx or 45xx."""
        said = self.errors[-1] if self.errors and self.codes[-1:] == [self.errors[-1]["code"]] else {}
        return max(RETRY_S, said.get("retry_after") or 0.0)

    async def _visit(self) -> None:
        try:
            self._socket = socket = await connect(
                self.url + self._path,
                additional_headers=self._headers,
                compression=None,
                ping_interval=None,
                open_timeout=5,
                close_timeout=1,
                proxy=None,
            )
        except (OSError, InvalidHandshake, InvalidMessage, TimeoutError):
            return
        self.is_connected = True
        try:
            await self.talk(socket)
        except ConnectionClosed:
            pass
        finally:
            self.is_connected = False
            await socket.close()
        self._left(int(socket.close_code or 1006))

    def _left(self, code: int) -> None:
        self.codes.append(code)
        self.is_over = self.is_over or 4000 <= code < 4300
        self.changed()
