from __future__ import annotations

import asyncio

import httpx2
import pytest

from subtitles.engines.dashscope import connections
from subtitles.engines.dashscope.connections import lent


class Client(httpx2.AsyncClient):
    def __init__(self) -> None:
        super().__init__()
        self.gone = asyncio.Event()

    async def aclose(self) -> None:
        await super().aclose()
        self.gone.set()


class Maker:
    def __init__(self) -> None:
        self.made: list[Client] = []

    def __call__(self) -> httpx2.AsyncClient:
        self.made.append(Client())
        return self.made[-1]

    @property
    def closed(self) -> list[bool]:
        return [client.is_closed for client in self.made]


async def test_one_client_serves_all_who_ask_for_the_same() -> None:
    make = Maker()
    async with lent("a", make) as first, lent("a", make) as second, lent("b", make) as other:
        assert first is second is not other
    async with lent("a", make) as later:
        assert later is first
    assert make.closed == [False, False]
    await connections.drain()
    assert make.closed == [True, True]


async def test_what_is_not_used_for_a_while_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LINGER_S", 0.01)
    make = Maker()
    async with lent("a", make):
        pass
    async with asyncio.timeout(5):
        await make.made[0].gone.wait()
    async with lent("a", make) as another:
        assert not another.is_closed
    await connections.drain()


async def test_at_the_shutdown_the_last_one_out_closes_it() -> None:
    make = Maker()
    async with lent("a", make):
        await connections.drain()
        assert make.closed == [False]
    assert make.closed == [True]
    async with lent("a", make) as last:
        assert not last.is_closed
    assert make.closed == [True, True]


def test_a_loop_that_ends_leaves_nothing_open() -> None:
    make = Maker()

    async def ask() -> None:
        async with lent("a", make):
            pass

    asyncio.run(ask())
    assert make.closed == [True]


def test_each_loop_has_its_own() -> None:
    make = Maker()

    async def ask() -> None:
        async with lent("a", make) as client:
            assert not client.is_closed

    asyncio.run(ask())
    asyncio.run(ask())
    assert len(make.made) == 2
