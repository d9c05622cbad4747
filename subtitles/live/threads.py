"""The live path's own database threads, so that it never queues behind a page or a job."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from django.db import Error, OperationalError, connection, transaction

T = TypeVar("T")
Unit = Callable[[], Any]
MOST_UNITS_PER_COMMIT = 64


class DatabaseThread:
    """One thread, one connection. `run` may be called from any task of any loop; units run in the order given.

    With `writes`, units that wait together share one transaction (group commit), each within its own savepoint: they
    must be safe to repeat, because a failed commit fails them all. A reading thread opens no transaction: on SQLite
    that would take the write lock.
    """

    def __init__(self, name: str, *, writes: bool) -> None:
        self._name = name
        self._writes = writes
        self._answer = _commit if writes else _read
        self._waiting: queue.SimpleQueue[tuple[Unit, Future[Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stopped = False

    async def run(self, unit: Callable[[], T]) -> T:
        """The unit's result once it is committed. Raises what the unit or the commit raised.

        A caller that is cancelled stops waiting; its unit is done all the same.
        """
        if self._stopped:
            raise OperationalError(f"{self._name} has stopped")
        future: Future[T] = Future()
        self._start()
        self._waiting.put((unit, future))
        return await asyncio.wrap_future(future)

    async def stop(self) -> None:
        """Finishes what waits, then ends the thread."""
        self._stopped = True
        thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            await asyncio.to_thread(thread.join)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch = [first]
            while len(batch) < MOST_UNITS_PER_COMMIT and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    self._waiting.put(None)
                    break
                batch.append(following)
            with contextlib.suppress(Error):  # the units hear of it themselves
                _connect(self._writes)
            self._answer(batch)
        connection.close()


def _connect(writes: bool) -> None:
    """A connection in which nothing went wrong stays open: to open one costs more than most units do.

    On SQLite a writer does not move into the database what was committed before (sqlite.org, "Write-Ahead Logging",
    'Automatic Checkpoint'): behind an import that took up to 1.7 s of a live sentence. `Checkpoints` does it.
    """
    if connection.connection is not None and (connection.errors_occurred or not connection.is_usable()):
        connection.close()
    if connection.connection is None and writes and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_autocheckpoint = 0")


def _read(batch: list[tuple[Unit, Future[Any]]]) -> None:
    for unit, future in batch:
        _settle(future, *_attempt(unit))


def _commit(batch: list[tuple[Unit, Future[Any]]]) -> None:
    outcomes: list[tuple[Any, BaseException | None]] = []
    try:
        with transaction.atomic():
            outcomes.extend(_attempt(partial(_in_savepoint, unit)) for unit, _ in batch)
    except Exception as error:  # noqa: BLE001 - the thread's top: every caller gets it
        outcomes = [(None, error) for _ in batch]
    for (_, future), outcome in zip(batch, outcomes, strict=True):
        _settle(future, *outcome)


def _in_savepoint(unit: Unit) -> Any:
    with transaction.atomic():
        return unit()


def _attempt(unit: Unit) -> tuple[Any, BaseException | None]:
    try:
        return unit(), None
    except Exception as error:  # noqa: BLE001 - belongs to this unit's caller alone
        return None, error


def _settle(future: Future[Any], result: Any, failure: BaseException | None) -> None:
    if not future.set_running_or_notify_cancel():
        return
    if failure is None:
        future.set_result(result)
    else:
        future.set_exception(failure)
