from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from subtitles.live import threads
from subtitles.live.threads import DatabaseThread
from subtitles.models import User

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
async def writer() -> AsyncIterator[DatabaseThread]:
    thread = DatabaseThread("test-write", writes=True)
    yield thread
    await thread.stop()


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry for every outermost transaction that any thread committed."""
    counted: list[None] = []
    really = transaction.Atomic.__exit__

    def exit_(self: transaction.Atomic, *error: Any) -> None:
        really(self, *error)
        if not connection.in_atomic_block:
            counted.append(None)

    monkeypatch.setattr(transaction.Atomic, "__exit__", exit_)
    return counted


class Together:
    """Units that meet in the writer's queue while it is busy."""

    def __init__(self, writer: DatabaseThread) -> None:
        self._writer = writer
        self._free = threading.Event()
        self._began = threading.Event()

    def _hold(self) -> None:
        self._began.set()
        self._free.wait(10)

    async def run(self, *units: Callable[[], Any]) -> list[Any]:
        held = asyncio.create_task(self._writer.run(self._hold))
        await asyncio.to_thread(self._began.wait, 10)
        tasks = [asyncio.create_task(self._writer.run(unit)) for unit in units]
        await asyncio.sleep(0)
        self._free.set()
        await held
        return await asyncio.gather(*tasks, return_exceptions=True)


def _make(name: str) -> str:
    User.objects.create_user(name)
    return name


def _fail() -> None:
    User.objects.create_user("half done")
    raise ValueError("this unit alone")


async def _names(writer: DatabaseThread) -> list[str]:
    return await writer.run(lambda: list(User.objects.order_by("username").values_list("username", flat=True)))


async def test_units_run_in_order_and_answer_with_their_results(writer: DatabaseThread) -> None:
    assert await Together(writer).run(*(partial(_make, name) for name in "cab")) == ["c", "a", "b"]
    assert await _names(writer) == ["a", "b", "c"]


async def test_units_that_wait_together_share_a_commit(writer: DatabaseThread, commits: list[None]) -> None:
    await Together(writer).run(*(partial(_make, name) for name in "abcdef"))
    assert len(commits) == 2  # the unit that held the thread, and all the others


async def test_a_unit_that_fails_takes_nothing_with_it(writer: DatabaseThread) -> None:
    found = await Together(writer).run(lambda: _make("a"), _fail, lambda: _make("b"))
    assert (found[0], found[2]) == ("a", "b")
    assert isinstance(found[1], ValueError)
    assert await _names(writer) == ["a", "b"]


async def test_a_unit_that_breaks_a_rule_of_the_database_takes_nothing_with_it(writer: DatabaseThread) -> None:
    found = await Together(writer).run(lambda: _make("a"), lambda: _make("a"), lambda: _make("b"))
    assert [type(one).__name__ for one in found] == ["str", "IntegrityError", "str"]
    assert await _names(writer) == ["a", "b"]


async def test_a_commit_that_fails_fails_everybody_in_it_and_the_next_one_works(
    writer: DatabaseThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, really = Together(writer), transaction.Atomic.__exit__

    def exit_(self: transaction.Atomic, *error: Any) -> None:
        if len(connection.savepoint_ids) == 0 and User.objects.exists():
            connection.needs_rollback = True
            really(self, *error)
            raise OperationalError("disk I/O error")
        really(self, *error)

    with monkeypatch.context() as broken:
        broken.setattr(transaction.Atomic, "__exit__", exit_)
        found = await together.run(lambda: _make("a"), lambda: _make("b"))
    assert [str(error) for error in found] == ["disk I/O error"] * 2
    assert await _names(writer) == []
    assert await writer.run(lambda: _make("c")) == "c"


async def test_a_healthy_connection_stays_and_one_that_failed_is_replaced() -> None:
    reader = DatabaseThread("test-read", writes=False)
    first = await reader.run(_connection)
    assert await reader.run(_connection) is first
    with pytest.raises(OperationalError):
        await reader.run(partial(User.objects.raw("SELECT nothing FROM nowhere").__getitem__, 0))
    assert await reader.run(_connection) is not first
    await reader.stop()


def _connection() -> Any:
    connection.ensure_connection()
    return connection.connection


async def test_a_caller_that_is_cancelled_stops_waiting_and_its_unit_is_done(writer: DatabaseThread) -> None:
    began, free = threading.Event(), threading.Event()

    def slow() -> None:
        began.set()
        free.wait(10)
        _make("a")

    waiting = asyncio.create_task(writer.run(slow))
    await asyncio.to_thread(began.wait, 10)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert waiting.cancelled()
    free.set()
    assert await _names(writer) == ["a"]


async def test_no_more_than_so_many_units_share_a_commit(
    writer: DatabaseThread, commits: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "MOST_UNITS_PER_COMMIT", 4)
    await Together(writer).run(*(partial(_make, name) for name in "abcdefgh"))
    assert len(commits) == 3


async def test_stopping_finishes_what_waits_and_takes_nothing_more() -> None:
    thread = DatabaseThread("test-stop", writes=True)
    units = [asyncio.create_task(thread.run(partial(_make, name))) for name in "abc"]
    await asyncio.sleep(0)
    await thread.stop()
    assert await asyncio.gather(*units) == ["a", "b", "c"]
    with pytest.raises(OperationalError):
        await thread.run(lambda: _make("d"))


async def test_a_thread_that_was_never_used_stops_too() -> None:
    await DatabaseThread("test-unused", writes=True).stop()


async def test_a_reading_thread_takes_no_lock() -> None:
    reader = DatabaseThread("test-read", writes=False)
    assert not await reader.run(lambda: connection.in_atomic_block)
    await reader.stop()
