"""The jobs' own database thread: pages and the live path do not wait for it, nor it for them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connections

logger = logging.getLogger(__name__)

T = TypeVar("T")
RETRY_S = 1.0


class Database:
    """One thread, one connection; units run in the order given."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "jobs")

    async def run(self, unit: Callable[[], T]) -> T:
        """Raises what the unit raises. A caller that is cancelled stops waiting; its unit is done all the same."""
        doing = asyncio.wrap_future(self._thread.submit(_with_connection, unit))
        doing.add_done_callback(_was_looked_at)
        return await asyncio.shield(doing)

    async def insist(self, unit: Callable[[], T]) -> T:
        """For what must be kept, a paid ticket above all: while the database is locked or away it tries again."""
        while True:
            try:
                return await self.run(unit)
            except (OperationalError, InterfaceError) as error:
                logger.warning("jobs: the database does not answer: %s", type(error).__name__)
                await asyncio.sleep(RETRY_S)

    async def stop(self) -> None:
        """Finishes what waits, then ends the thread."""
        self._thread.submit(connections.close_all)
        await asyncio.to_thread(self._thread.shutdown)


def _with_connection(unit: Callable[[], T]) -> T:
    """A connection in which nothing went wrong stays open: to open one costs more than most units do."""
    for connection in connections.all(initialized_only=True):
        if connection.errors_occurred:
            connection.close()
    return unit()


def _was_looked_at(doing: asyncio.Future[T]) -> None:
    """A caller that left does not want to hear of the unit's failure."""
    if not doing.cancelled():
        doing.exception()
