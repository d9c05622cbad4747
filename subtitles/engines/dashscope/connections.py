"""Clients that stay connected between questions: a handshake costs both sides more than most answers.

For what may be asked again: nobody can tell whether a request reached a service that closed its connection just then.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary, WeakSet

import httpx2

LINGER_S = 10.0
"""Without a question, then it is closed: sooner than most services would."""
LIMITS = httpx2.Limits(keepalive_expiry=LINGER_S)


class _Kept:
    def __init__(self, client: httpx2.AsyncClient, place: dict[Hashable, _Kept], key: Hashable) -> None:
        self.client = client
        self._place, self._key = place, key
        self._users = 0
        self._was_used, self._over = True, False
        self._keeping = asyncio.create_task(self._keep(), name="connections to the service")

    @asynccontextmanager
    async def used(self) -> AsyncIterator[httpx2.AsyncClient]:
        self._users += 1
        try:
            yield self.client
        finally:
            self._users -= 1
            self._was_used = True
            await self._close()

    async def _keep(self) -> None:
        """A loop that ends cancels this, and nothing is left open."""
        try:
            while self._users or self._was_used:
                self._was_used = False
                await asyncio.sleep(LINGER_S)
        finally:
            await self._end()

    async def end(self) -> None:
        self._keeping.cancel()
        await asyncio.gather(self._keeping, return_exceptions=True)
        await self._end()  # cancelled before its first step it has not done so

    async def _end(self) -> None:
        self._over = True
        if self._place.get(self._key) is self:
            del self._place[self._key]
        await self._close()

    async def _close(self) -> None:
        """The last one out."""
        if self._over and not self._users:
            await self.client.aclose()


_kept: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Hashable, _Kept]] = WeakKeyDictionary()
_drained: WeakSet[asyncio.AbstractEventLoop] = WeakSet()


@asynccontextmanager
async def lent(key: Hashable, make: Callable[[], httpx2.AsyncClient]) -> AsyncIterator[httpx2.AsyncClient]:
    """The client that this loop keeps under `key`, made now if there is none."""
    loop = asyncio.get_running_loop()
    if loop in _drained:
        async with make() as client:
            yield client
        return
    mine = _kept.setdefault(loop, {})
    if key not in mine:
        mine[key] = _Kept(make(), mine, key)
    async with mine[key].used() as client:
        yield client


async def start() -> None:
    """Nothing is connected before it is asked for."""
    _drained.discard(asyncio.get_running_loop())


async def drain() -> None:
    """For shutting down: closed as soon as nobody uses them, and nothing is kept any more."""
    loop = asyncio.get_running_loop()
    _drained.add(loop)
    kept = list(_kept.get(loop, {}).values())
    await asyncio.gather(*(one.end() for one in kept))
