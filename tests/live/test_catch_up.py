"""Whatever gets lost, doubled or out of order between database and page: in the end the page shows the database."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from subtitles.live import reading, tail, viewer_room
from subtitles.live.changes import Change, Poke
from subtitles.live.hub import Hub
from tests.live.virtual_time import VirtualTimeLoop
from tests.live.watching import ROOM, Book, ModelViewer

VIEWERS = st.integers(0, 2)
SOME = st.integers(0, 10**6)


class CatchUp(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._patched = pytest.MonkeyPatch()
        # Small windows, so that short histories are longer than what the hub remembers.
        self._patched.setattr(reading, "WINDOW", 6)
        self._patched.setattr(viewer_room, "WINDOW", 6)
        self._patched.setattr(tail, "TAIL", 4)
        self._patched.setattr(tail, "SPARE", 2)
        self._runner = asyncio.Runner(loop_factory=VirtualTimeLoop)
        self.book = Book()
        self.under_way: list[Change] = []
        self.doing: list[asyncio.Task[Any]] = []
        self.viewers = [ModelViewer(lambda: self.hub) for _ in range(3)]

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

    @initialize(said=st.integers(0, 12))
    def start(self, said: int) -> None:
        """In the middle of things: a session is on air, and everybody watches it."""
        self.book.begin()
        for _ in range(said):
            self.book.say()
        self.run(self._start_hub())
        for viewer in self.viewers:
            self.run(viewer.connect())
            viewer.read()

    async def _start_hub(self) -> None:
        self.hub = Hub(self.book, asyncio.get_running_loop().time)
        await self.hub.start()

    def teardown(self) -> None:
        try:
            self.run(self._come_to_rest())
            self.check_pages()
            self.run(self.hub.stop())
        finally:
            self._runner.close()
            self._patched.undo()

    # --- what happens to the room

    @precondition(lambda self: self.book.sessions[-1].state == "live")
    @rule(times=st.integers(1, 12))
    def sentences_are_said(self, times: int) -> None:
        for _ in range(times):
            self.under_way.append(self.book.interim("an interim"))
            self.under_way.append(self.book.say())

    @precondition(lambda self: self.book.sentences)
    @rule(which=SOME, hidden=st.booleans())
    def a_sentence_is_hidden_or_shown(self, which: int, hidden: bool) -> None:
        number = which % len(self.book.sentences) + 1
        self.under_way.append(self.book.change(number, hidden=hidden))

    @precondition(lambda self: self.book.sentences)
    @rule(which=SOME, times=st.integers(1, 9))
    def sentences_are_corrected(self, which: int, times: int) -> None:
        for turn in range(times):
            number = (which + turn) % len(self.book.sentences) + 1
            self.under_way.append(self.book.change(number, text=f"corrected at {self.book.seq}"))

    @rule()
    def the_session_ends_or_another_begins(self) -> None:
        if self.book.sessions[-1].state == "ended":
            self.under_way.append(self.book.begin())
        else:
            self.under_way += [self.book.become("ending"), self.book.become("ended")]

    # --- what happens on the way to the hub

    @precondition(lambda self: self.under_way)
    @rule()
    def everything_arrives_in_order(self) -> None:
        arriving, self.under_way = self.under_way, []
        self.run(self._deliver(arriving))

    @precondition(lambda self: self.under_way)
    @rule(which=SOME, stays=st.booleans())
    def something_arrives_out_of_order_perhaps_not_for_the_last_time(self, which: int, stays: bool) -> None:
        position = which % len(self.under_way)
        change = self.under_way[position]
        if not stays:
            del self.under_way[position]
        self.run(self._deliver([change]))

    @precondition(lambda self: self.under_way)
    @rule(which=SOME)
    def something_gets_lost(self, which: int) -> None:
        del self.under_way[which % len(self.under_way)]

    @rule()
    def somebody_says_that_the_room_changed(self) -> None:
        self.run(self._deliver([Poke(ROOM)]))

    async def _deliver(self, changes: list[Change]) -> None:
        for change in changes:
            self.hub.apply(change)

    # --- what happens to the hub

    @rule()
    def the_server_restarts(self) -> None:
        for viewer in self.viewers:
            if viewer.connected:
                viewer.cut()
        self.run(self.hub.stop())
        self.run(self._start_hub())

    @rule(delay_s=st.sampled_from([0.0, 0.0, 0.5, 3.0]))
    def reading_takes_long(self, delay_s: float) -> None:
        self.book.delay_s = delay_s

    @rule(away=st.booleans())
    def the_database_goes_or_comes(self, away: bool) -> None:
        self.book.away = away

    @rule(seconds=st.sampled_from([0.01, 0.3, 2.5, 15.0]))
    def time_passes(self, seconds: float) -> None:
        self.run(asyncio.sleep(seconds))

    # --- what happens to viewers

    @rule(which=VIEWERS)
    def a_viewer_comes_or_goes(self, which: int) -> None:
        viewer = self.viewers[which]
        if viewer.connected:
            viewer.cut()
        else:
            self.run(self._meanwhile(viewer.connect()))

    @rule(which=VIEWERS, most=st.integers(1, 5))
    def a_viewer_reads_a_little(self, which: int, most: int) -> None:
        self.viewers[which].read(most)

    @rule(which=VIEWERS)
    def a_viewer_asks(self, which: int) -> None:
        self.run(self._meanwhile(self.viewers[which].ask()))

    async def _meanwhile(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begins it; other things may happen before it is done."""
        self.doing.append(asyncio.create_task(work))
        await asyncio.sleep(0)

    @rule(which=VIEWERS, blocked=st.booleans())
    def a_viewer_is_slow_or_well_again(self, which: int, blocked: bool) -> None:
        self.viewers[which].wire.blocked = blocked

    @invariant()
    def no_page_shows_a_sentence_twice_or_out_of_order(self) -> None:
        for viewer in self.viewers:
            numbers = [number for number, _ in viewer.rendered]
            assert numbers == sorted(set(numbers))

    # --- in the end

    async def _come_to_rest(self) -> None:
        """Nobody says that anything was lost: the hub and the pages find out."""
        self.book.away, self.book.delay_s = False, 0.0
        for viewer in self.viewers:
            viewer.wire.blocked = False
        await asyncio.gather(*self.doing, return_exceptions=True)
        for _ in range(12):
            for viewer in self.viewers:
                if viewer.wire.closed and viewer.connected:
                    viewer.cut()
                if not viewer.connected:
                    await viewer.connect()
                viewer.read()
                await viewer.ask()
            await asyncio.sleep(1.0)

    def check_pages(self) -> None:
        session = self.book.sessions[-1]
        shown = [(item.number, item.text) for item in self.book.visible]
        for viewer in self.viewers:
            assert (viewer.session, viewer.seq) == (session.id, self.book.seq)
            assert viewer.rendered == [line for line in shown if line[0] >= viewer.floor]
            assert len(viewer.rendered) >= min(len(shown), tail.TAIL) or viewer.floor
            assert viewer.state == session.state


CatchUp.TestCase.settings = settings(
    max_examples=120, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
)
TestCatchUp = CatchUp.TestCase
