"""How often recognitions may be started. One limiter serves the whole process."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

PER_SECOND = 16
"""The service allows 20 a second for an account and model ("语音识别", rate limits); other processes want some too."""


class StartLimiter:
    """Grants `per_second` starts in any second for each key, in the order of asking."""

    def __init__(
        self,
        per_second: int = PER_SECOND,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._per_second = per_second
        self._now = now
        self._sleep = sleep
        self._granted: dict[str, deque[float]] = {}

    async def wait(self, key: str) -> None:
        """Returns when a start with `key` is allowed. A cancelled wait uses up its turn."""
        delay = self._turn(key) - self._now()
        if delay > 0:
            await self._sleep(delay)

    def _turn(self, key: str) -> float:
        turns = self._granted.setdefault(key, deque(maxlen=self._per_second))
        turn = self._now()
        if len(turns) == self._per_second:
            turn = max(turn, turns[0] + 1.0)
        turns.append(turn)
        return turn


STARTS = StartLimiter()
