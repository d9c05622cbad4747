from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError

from subtitles.models import Sentence
from subtitles.search import index, keeper
from tests.search.talk import SAID, fill

PATIENCE_S = 20


async def test_it_keeps_up_behind_the_writing(transactional_db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    await sync_to_async(fill)()
    await sync_to_async(Sentence.objects.update)(text="Budget")
    done = watch(monkeypatch, index.catch_up)
    await keeper.start()
    await keeper.start()
    async with asyncio.timeout(PATIENCE_S):
        await done.wait()
    await keeper.drain()
    await keeper.drain()
    assert await sync_to_async(index.waiting)() == 0


async def test_a_database_that_is_away_is_waited_for(transactional_db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = iter([OperationalError("locked"), OperationalError("locked")])

    def failing(most: int = 0) -> int:
        if failure := next(failures, None):
            raise failure
        return 0

    done = watch(monkeypatch, failing)
    await keeper.start()
    async with asyncio.timeout(PATIENCE_S):
        await done.wait()
    await keeper.drain()


def watch(monkeypatch: pytest.MonkeyPatch, catch_up: Callable[[int], int]) -> asyncio.Event:
    """Set when there was nothing more to do."""
    done, loop = asyncio.Event(), asyncio.get_running_loop()

    def told() -> int:
        count = catch_up(len(SAID) // 3)
        if not count:
            loop.call_soon_threadsafe(done.set)
        return count

    monkeypatch.setattr(keeper, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(keeper, "BREATH_S", 0.0)
    monkeypatch.setattr(index, "catch_up", told)
    return done
