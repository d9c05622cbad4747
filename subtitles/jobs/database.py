"""The jobs' own database thread: pages and the live path do not wait for it, nor it for them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, connections

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


@contextmanager
def without_waiting_for_the_disk() -> Iterator[None]:
    """For a unit that loses nothing if it has to be done again: the end of a process it outlives, a power failure
    perhaps not, on SQLite (sqlite.org, "PRAGMA synchronous"). The next unit that waits keeps what was before it.

    Not on PostgreSQL: there a crash leaves workers behind that still know what it forgot.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        (usual,) = cursor.fetchone()
        cursor.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA synchronous = {usual}")


def _with_connection(unit: Callable[[], T]) -> T:
    """A connection in which nothing went wrong stays open: to open one costs more than most units do."""
    for opened in connections.all(initialized_only=True):
        if opened.errors_occurred:
            opened.close()
    return unit()


def _was_looked_at(doing: asyncio.Future[T]) -> None:
    """A caller that left does not want to hear of the unit's failure."""
    if not doing.cancelled():
        doing.exception()
