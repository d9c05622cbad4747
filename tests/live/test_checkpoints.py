from __future__ import annotations

import asyncio
from functools import partial

import pytest
from django.db import OperationalError, connection

from subtitles.live import checkpoints
from subtitles.live.checkpoints import Checkpoints, checkpoint
from subtitles.live.threads import DatabaseThread
from subtitles.models import User

pytestmark = pytest.mark.usefixtures("transactional_db")


def asked(question: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return tuple(cursor.fetchone())


async def test_a_writer_leaves_its_log_to_the_thread_that_has_nothing_else_to_do() -> None:
    writer, mover = DatabaseThread("test-write", writes=True), DatabaseThread("test-move", writes=False)
    assert await writer.run(partial(asked, "PRAGMA wal_autocheckpoint")) == (0,)
    await writer.run(lambda: User.objects.create_user("a"))
    assert await mover.run(checkpoint) == 0
    await writer.stop()
    await mover.stop()


async def test_it_goes_on_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    again, failures = asyncio.Event(), [OperationalError("disk I/O error")]
    loop = asyncio.get_running_loop()

    def fail_once() -> int:
        if failures:
            raise failures.pop()
        loop.call_soon_threadsafe(again.set)
        return 0

    monkeypatch.setattr(checkpoints, "checkpoint", fail_once)
    monkeypatch.setattr(checkpoints, "EVERY_S", 0.001)
    keeping = Checkpoints()
    keeping.start()
    async with asyncio.timeout(5):
        await again.wait()
    await keeping.stop()
