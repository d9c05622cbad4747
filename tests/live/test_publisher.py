from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError

from subtitles.engines.base import Options
from subtitles.live import store
from subtitles.live.changes import Change, InterimChanged, SentenceChanged
from subtitles.live.publisher import MOST_OPEN_FINALS, Publisher
from subtitles.live.store import Committed, Fenced, Gap, Taken
from subtitles.live.wire import Item, SessionInfo
from subtitles.speech import FinalResult, UsageReport
from tests.live.virtual_time import in_virtual_time, now

TAKEN = Taken(1, SessionInfo(7, "Talk", "live", "en"), 3, 1, 1, 0, 0, "e", Options(), True, 0.0, (), 0, False, uuid4())


class Database:
    """What the publisher keeps, and a lock that anybody may hold."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kept: list[tuple[int, str]] = []
        self.gaps: list[Gap] = []
        self.usage: list[tuple[float, list[str]]] = []
        self.error: Exception | None = None
        self.delay_s = 0.0
        monkeypatch.setattr(store, "commit_final", self._commit)
        monkeypatch.setattr(store, "keep_gap", lambda taken, epoch, gap: self.gaps.append(gap))
        monkeypatch.setattr(store, "keep_usage", lambda taken, epoch, *what: self.usage.append(what))

    async def run(self, unit: Callable[[], Any]) -> Any:
        await asyncio.sleep(self.delay_s)
        if self.error is not None:
            raise self.error
        return unit()

    def _commit(self, taken: Taken, epoch: int, number: int, captioned: int, final: FinalResult) -> Committed:
        self.kept.append((number, final.text))
        return Committed(number, Item(number, 1, number, 0, 1, final.text))


class Published:
    def __init__(self) -> None:
        self.changes: list[tuple[float, Change]] = []

    def publish(self, change: Change) -> None:
        self.changes.append((now(), change))

    @property
    def interims(self) -> list[tuple[int, str]]:
        return [(change.number, change.text) for _, change in self.changes if isinstance(change, InterimChanged)]

    @property
    def sentences(self) -> list[int]:
        return [change.item.number for _, change in self.changes if isinstance(change, SentenceChanged)]


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Database:
    return Database(monkeypatch)


@asynccontextmanager
async def _publisher(database: Database, epoch: int = 3) -> AsyncIterator[tuple[Publisher, Published]]:
    published: Any = Published()
    writer: Any = database
    publisher = Publisher(TAKEN, lambda: epoch, writer, published)
    running = asyncio.create_task(publisher.run())
    try:
        yield publisher, published
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        publisher.close()


def _final(number: int) -> FinalResult:
    return FinalResult(number, number + 1, f"sentence {number}")


@in_virtual_time
async def test_a_final_is_committed_and_then_published(database: Database) -> None:
    async with _publisher(database) as (publisher, published):
        await publisher.final(_final(1), 100)
        assert (publisher.pending, published.sentences) == (1, [])
        await publisher.flush()
        assert (publisher.pending, published.sentences, database.kept) == (0, [1], [(1, "sentence 1")])


@in_virtual_time
async def test_interims_are_shown_at_most_ten_times_a_second_and_the_last_one_always(database: Database) -> None:
    async with _publisher(database) as (publisher, published):
        for turn in range(100):
            publisher.interim(f"text {turn}")
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        assert 10 <= len(published.interims) <= 12
        assert (published.interims[0], published.interims[-1]) == ((1, "text 0"), (1, "text 99"))
        times = [at for at, _ in published.changes]
        assert all(after - before >= 0.0999 for before, after in pairwise(times))


@in_virtual_time
async def test_an_interim_that_says_the_same_is_not_said_again(database: Database) -> None:
    async with _publisher(database) as (publisher, published):
        for _ in range(50):
            publisher.interim("the same")
            await asyncio.sleep(0.05)
        assert published.interims == [(1, "the same")]


@in_virtual_time
async def test_a_final_closes_its_interim(database: Database) -> None:
    async with _publisher(database) as (publisher, published):
        publisher.interim("sent")
        publisher.interim("sentence")
        await publisher.final(_final(1), 100)
        await publisher.flush()
        await asyncio.sleep(1)
        publisher.interim("next")
        assert published.interims == [(1, "sent"), (2, "next")]


@in_virtual_time
async def test_a_withdrawn_interim_is_withdrawn_on_pages(database: Database) -> None:
    async with _publisher(database) as (publisher, published):
        publisher.interim("noise")
        await asyncio.sleep(1)
        publisher.interim("")
        assert published.interims == [(1, "noise"), (1, "")]


@in_virtual_time
async def test_nothing_is_shown_after_the_end(database: Database) -> None:
    async with _publisher(database) as (publisher, published):
        publisher.interim("one")
        publisher.interim("two")
    await asyncio.sleep(1)
    assert published.interims == [(1, "one")]


@in_virtual_time
async def test_finals_that_the_database_refuses_stay_on_pages_and_come_out_densely_numbered(database: Database) -> None:
    async with _publisher(database) as (publisher, published):
        database.error = OperationalError("database is locked")
        for number in (1, 2, 3):
            publisher.interim(f"interim {number}")
            await publisher.final(_final(number), number * 100)
            await asyncio.sleep(2)
        assert publisher.saving_late
        assert {(number, f"sentence {number}") for number in (1, 2, 3)} <= set(published.interims)
        assert published.sentences == []
        database.error = None
        await publisher.flush()
        assert database.kept == [(number, f"sentence {number}") for number in (1, 2, 3)]
        assert published.sentences == [1, 2, 3]
        assert not publisher.saving_late


@in_virtual_time
async def test_a_commit_that_takes_long_is_shown_as_an_interim(database: Database) -> None:
    async with _publisher(database) as (publisher, published):
        database.delay_s = 5.0
        await publisher.final(_final(1), 100)
        await asyncio.sleep(1)
        assert (published.interims, publisher.saving_late) == ([(1, "sentence 1")], True)


@in_virtual_time
async def test_what_waits_behind_a_slow_commit_is_shown_with_it(database: Database) -> None:
    async with _publisher(database) as (publisher, published):
        database.delay_s = 5.0
        for number in (1, 2, 3):
            await publisher.final(_final(number), number * 100)
        await asyncio.sleep(1)
        assert published.interims == [(number, f"sentence {number}") for number in (1, 2, 3)]


@in_virtual_time
async def test_so_many_finals_may_be_open_and_then_the_engine_waits(database: Database) -> None:
    async with _publisher(database) as (publisher, _):
        database.error = OperationalError("database is locked")
        for number in range(1, MOST_OPEN_FINALS + 1):
            await publisher.final(_final(number), number)
        waiting = asyncio.create_task(publisher.final(_final(MOST_OPEN_FINALS + 1), 1))
        await asyncio.sleep(60)
        assert not waiting.done()
        assert publisher.pending == MOST_OPEN_FINALS
        database.error = None
        await waiting
        await publisher.flush()
        assert [number for number, _ in database.kept] == list(range(1, MOST_OPEN_FINALS + 2))


@in_virtual_time
async def test_a_final_that_is_given_up_while_it_waits_leaves_no_hole_in_the_numbers(database: Database) -> None:
    async with _publisher(database) as (publisher, _):
        database.error = OperationalError("database is locked")
        for number in range(1, MOST_OPEN_FINALS + 1):
            await publisher.final(_final(number), number)
        waiting = asyncio.create_task(publisher.final(FinalResult(0, 1, "given up"), 1))
        await asyncio.sleep(1)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        database.error = None
        await publisher.flush()
        await publisher.final(_final(MOST_OPEN_FINALS + 1), 1)
        await publisher.flush()
        assert database.kept == [(number, f"sentence {number}") for number in range(1, MOST_OPEN_FINALS + 2)]


@in_virtual_time
async def test_whoever_lost_the_session_commits_and_waits_for_nothing_more(database: Database) -> None:
    async with _publisher(database) as (publisher, published):
        database.error = Fenced()
        await publisher.final(_final(1), 100)
        await publisher.flush()
        assert publisher.fenced.is_set()
        assert published.sentences == []


@in_virtual_time
async def test_gaps_and_usage_that_could_not_be_kept_are_kept_the_next_time(database: Database) -> None:
    async with _publisher(database) as (publisher, _):
        publisher.uncaptioned(16_000, 96_000)
        publisher.usage(UsageReport(3.0, "a"))
        database.error = OperationalError("database is locked")
        await publisher.keep_notes()
        database.error = None
        await publisher.keep_notes()
        await publisher.keep_notes()
        assert database.gaps == [Gap(16_000, "uncaptioned", 5000)]
        assert database.usage == [(3.0, ["a"])]


@in_virtual_time
async def test_notes_that_are_kept_from_two_sides_are_all_kept(database: Database) -> None:
    async with _publisher(database) as (publisher, _):
        database.delay_s = 1.0
        for first in range(5):
            publisher.uncaptioned(first, first + 16_000)
        await asyncio.gather(publisher.keep_notes(), publisher.keep_notes())
        assert [gap.at_samples for gap in database.gaps] == [0, 1, 2, 3, 4]


@in_virtual_time
async def test_that_something_was_skipped_is_told_once_even_if_it_was_over_at_once(database: Database) -> None:
    async with _publisher(database) as (publisher, _):
        for state in ("retrying", "skipped", "retrying", "ok"):
            publisher.upstream(state)
        assert [publisher.tell_upstream(), publisher.tell_upstream()] == ["skipped", "ok"]
