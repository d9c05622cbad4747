"""Keeps the index up behind the writing, in the server's loop. Work for whoever imports is: look every two seconds."""

from __future__ import annotations

import asyncio
import logging
from weakref import WeakKeyDictionary

from django.db import DatabaseError

from subtitles.jobs.database import Database
from subtitles.search import index

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
BREATH_S = 0.02
"""Between two transactions, for whoever waits for the database."""


class Keeper:
    def __init__(self) -> None:
        self._database = Database()
        self._task = asyncio.create_task(self._keep(), name="search index")

    async def _keep(self) -> None:
        while True:
            try:
                pause = BREATH_S if await self._database.run(index.catch_up, lasting=False) else LOOK_EVERY_S
            except DatabaseError as error:
                logger.warning("search: the index waits: %s", type(error).__name__)
                pause = LOOK_EVERY_S
            except Exception:  # the task's top: an index that waits is better than none
                logger.exception("search: the index stands still")
                pause = 60.0
            await asyncio.sleep(pause)

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._database.stop()


_keepers: WeakKeyDictionary[asyncio.AbstractEventLoop, Keeper] = WeakKeyDictionary()


async def start() -> None:
    loop = asyncio.get_running_loop()
    if loop not in _keepers:
        _keepers[loop] = Keeper()


async def drain() -> None:
    keeper = _keepers.pop(asyncio.get_running_loop(), None)
    if keeper is not None:
        await keeper.stop()
