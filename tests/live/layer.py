"""A channel layer for two runtimes in one loop: what Redis is between processes. It can be cut."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any


class SharedLayer:
    def __init__(self) -> None:
        self.cut = False
        self.refused = asyncio.Event()
        self._channels: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self._groups: defaultdict[str, set[str]] = defaultdict(set)

    async def new_channel(self) -> str:
        name = f"channel.{len(self._channels)}"
        self._channels[name] = asyncio.Queue()
        return name

    async def receive(self, channel: str) -> dict[str, Any]:
        return await self._channels[channel].get()

    async def group_add(self, group: str, channel: str) -> None:
        self._groups[group].add(channel)

    async def group_discard(self, group: str, channel: str) -> None:
        self._groups[group].discard(channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if self.cut:
            self.refused.set()
            raise ConnectionError
        for channel in self._groups[group]:
            self._channels[channel].put_nowait(message)

    async def close_pools(self) -> None: ...
