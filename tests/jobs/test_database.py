from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection

from subtitles.jobs.database import Database


def current() -> Any:
    connection.ensure_connection()
    return connection.connection


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
