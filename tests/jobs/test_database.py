from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection

from subtitles.jobs.database import Database


def current() -> Any:
    connection.ensure_connection()
    return connection.connection


NORMAL, FULL = 1, 2
"""sqlite.org, "PRAGMA synchronous"."""


def fails() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


@pytest.mark.django_db(transaction=True)
async def test_a_healthy_connection_stays_and_one_that_failed_is_replaced() -> None:
    database = Database()
    first = await database.run(current)
    assert await database.run(current) is first
    with pytest.raises(OperationalError):
        await database.run(fails)
    assert await database.run(current) is not first
    await database.stop()


def synchronous() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        (level,) = cursor.fetchone()
    return int(level)


@pytest.mark.django_db(transaction=True)
async def test_only_what_can_be_done_again_does_not_wait_for_the_disk() -> None:
    database = Database()
    usual = await database.run(synchronous)
    assert await database.run(synchronous, lasting=False) == NORMAL
    assert await database.run(synchronous) == usual == FULL
    with pytest.raises(OperationalError):
        await database.run(fails, lasting=False)
    assert await database.run(synchronous, lasting=False) == NORMAL
    assert await database.run(synchronous) == FULL
    await database.stop()
