from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from django.db import connections

from subtitles.models import Job

T = TypeVar("T")
PATIENCE_S = 20.0


async def there(unit: Callable[[], T]) -> T:
    """In a thread with a connection of its own, as a page has it."""
    return await asyncio.to_thread(_closing, unit)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await there(holds):  # noqa: ASYNC110 - the job's own thread may make it so
            await asyncio.sleep(0.01)


async def until_over() -> None:
    """No job is open any more."""
    await until(lambda: not Job.objects.exclude(state__in=Job.OVER).exists())


def _closing(unit: Callable[[], T]) -> T:
    try:
        return unit()
    finally:
        connections.close_all()
