"""Long answers to clients that read slowly: Daphne by itself takes all of an answer into memory at once."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any


class Valve:
    """Twisted's push producer (`IPushProducer`): the connection says when it has enough to write, and when not."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    async def passes(self) -> None:
        await self._open.wait()

    def pauseProducing(self) -> None:
        self._open.clear()

    def resumeProducing(self) -> None:
        self._open.set()

    def stopProducing(self) -> None:
        """The connection is gone: what is still said goes nowhere."""
        self._open.set()


def before(request: Any, message: MutableMapping[str, Any]) -> None:
    """Of an answer in several parts. `request` is Twisted's; it has no channel any more when the client left."""
    if request.channel is None:
        return
    if message.get("more_body"):
        if request.producer is None:
            request.registerProducer(Valve(), True)
    elif isinstance(request.producer, Valve):
        request.unregisterProducer()


async def after(request: Any) -> None:
    if isinstance(request.producer, Valve):
        await request.producer.passes()
