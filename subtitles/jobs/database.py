"""The jobs' own database thread: pages and the live path do not wait for it, nor it for them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, connections

logger = logging.getLogger(__name__)

T = TypeVar("T")
RETRY_S = 1.0
NORMAL = 1
"""sqlite.org, "PRAGMA synchronous"."""


class Database:
    """One thread, one connection; units run in the order given."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "jobs")
        self._disk = _Disk()

    async def run(self, unit: Callable[[], T], *, lasting: bool = True) -> T:
        """Raises what the unit raises. A caller that is cancelled stops waiting; its unit is done all the same.

        Not `lasting`: it can be done again, and nobody waits for the disk. On SQLite it outlives the end of a process,
        a power failure perhaps not (sqlite.org, "PRAGMA synchronous"); the next lasting unit keeps what was before it.
        Not on PostgreSQL: there a crash leaves workers behind that still know what it forgot.
        """
        doing = asyncio.wrap_future(self._thread.submit(self._do, unit, lasting))
        doing.add_done_callback(_was_looked_at)
        return await asyncio.shield(doing)

    async def insist(self, unit: Callable[[], T], *, lasting: bool = True) -> T:
        """For what must be kept, a paid ticket above all: while the database is locked or away it tries again."""
        while True:
            try:
                return await self.run(unit, lasting=lasting)
            except (OperationalError, InterfaceError) as error:
                logger.warning("jobs: the database does not answer: %s", type(error).__name__)
                await asyncio.sleep(RETRY_S)

    async def stop(self) -> None:
        """Finishes what waits, then ends the thread."""
        self._thread.submit(connections.close_all)
        await asyncio.to_thread(self._thread.shutdown)

    def _do(self, unit: Callable[[], T], lasting: bool) -> T:
        """A connection in which nothing went wrong stays open: to open one costs more than most units do."""
        for opened in connections.all(initialized_only=True):
            if opened.errors_occurred:
                opened.close()
        self._disk.wait(lasting)
        return unit()


class _Disk:
    """Whether this thread's connection waits for the disk."""

    def __init__(self) -> None:
        self._connection: object = None
        self._usual = self._level = 0

    def wait(self, lasting: bool) -> None:
        if connection.vendor != "sqlite" or connection.in_atomic_block:
            return
        connection.ensure_connection()
        if self._connection is not connection.connection:
            self._connection = connection.connection
            self._usual = self._level = _synchronous()
        level = self._usual if lasting else min(self._usual, NORMAL)
        if level != self._level:
            _synchronous(f" = {level}")
            self._level = level


def _synchronous(change: str = "") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous{change}")
        return 0 if change else int(cursor.fetchone()[0])


def _was_looked_at(doing: asyncio.Future[T]) -> None:
    """A caller that left does not want to hear of the unit's failure."""
    if not doing.cancelled():
        doing.exception()
