"""How fast a provider may be asked, by all processes together."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from django.db import connection

from subtitles.models import TokenBucket

if TYPE_CHECKING:
    from subtitles.jobs.work import Work

SHARE = 0.8
"""Of what a provider documents: it counts by its own clock, and other programs may use the same key."""
SLACK = 0.05
"""Places are so much further apart than need be, and so many seconds late may somebody use his."""
SECOND_US = 1_000_000
BEFORE_US = 250_000
LONGEST_WAIT_US = 60 * SECOND_US
"""Nobody is so far ahead: the clock was set back."""


def allowed(per_second: float) -> float:
    """Requests in any second, of `per_second` documented ones."""
    share = per_second * SHARE
    return math.floor(share + 1e-9) if share >= 1 else share


def interval_us(per_second: float) -> int:
    return math.ceil(SECOND_US * (1 + SLACK) / allowed(per_second))


def now_us() -> int:
    return time.time_ns() // 1000


def reserve(name: str, per_second: float, clock: Callable[[], int] = now_us, lead_us: int = 0) -> int:
    """Takes the next place in this bucket that is at least `lead_us` ahead: its time, in microseconds of `clock`.

    There is no burst, places are evenly spaced: whoever uses his at most `SLACK` late keeps every second below the
    limit.
    """
    soonest, interval = clock() + lead_us, interval_us(per_second)
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [name, soonest + interval, soonest, soonest + LONGEST_WAIT_US, soonest, interval])
        return int(cursor.fetchone()[0]) - interval


_TABLE = TokenBucket._meta.db_table
_RESERVE = f"""
    INSERT INTO {_TABLE} (name, next_us) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET next_us =
    CASE WHEN {_TABLE}.next_us BETWEEN %s AND %s THEN {_TABLE}.next_us ELSE %s END + %s RETURNING next_us
"""  # noqa: S608 - the table's own name


async def take(
    work: Work, name: str, per_second: float | None, before: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Waits for this job's turn; ask directly afterwards. None = there is no limit.

    `before` is done shortly before the turn, so that what it takes does not delay the asking. Who comes too late (a
    busy machine, a slow commit) takes another place, so much further ahead.
    """
    lead_us = 0
    while per_second is not None:
        at = await work.read(partial(reserve, name, per_second, lead_us=lead_us))
        if before is not None:
            await _sleep_until(at - BEFORE_US)
            await before()
            before = None
        await _sleep_until(at)
        late_us = now_us() - at
        if late_us <= SLACK * SECOND_US:
            return
        lead_us = min(2 * late_us, SECOND_US)
    if before is not None:
        await before()


async def _sleep_until(at_us: int) -> None:
    await asyncio.sleep(max(0.0, (at_us - now_us()) / SECOND_US))
