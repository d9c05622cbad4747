"""SQLite's log of changes goes into the database from a thread of its own, so that no caption waits for it."""

from __future__ import annotations

import asyncio
import logging

from django.db import DatabaseError, connection

from subtitles.live.threads import DatabaseThread

logger = logging.getLogger(__name__)

EVERY_S = 1.0


class Checkpoints:
    """Nothing on other databases, which do this themselves."""

    def __init__(self) -> None:
        self._thread = DatabaseThread("live-checkpoints", writes=False)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if connection.vendor == "sqlite":
            self._task = asyncio.create_task(self._keep(), name="checkpoints")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._thread.stop()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self._thread.run(checkpoint)
            except DatabaseError as error:
                logger.warning("checkpoint: %s", type(error).__name__)


def checkpoint() -> int:
    """As far as no reader stands in the way, without holding anybody up; pages that are still in the log.

    sqlite.org, "PRAGMA wal_checkpoint", 'PASSIVE'.
    """
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        _, logged, moved = cursor.fetchone()
    return int(logged) - int(moved)
