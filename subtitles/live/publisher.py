"""Results on their way out of a captioner: finals are committed, then published; interims are published alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from django.db import DatabaseError

from subtitles.live import store
from subtitles.live.bill import Bill
from subtitles.live.changes import DelayChanged, InterimChanged, SentenceChanged
from subtitles.live.hub import Hub
from subtitles.live.store import Gap, Taken
from subtitles.live.threads import DatabaseThread
from subtitles.models import RecordingGap
from subtitles.speech import FinalResult, UsageReport, samples_to_ms

logger = logging.getLogger(__name__)

MOST_OPEN_FINALS = 20
INTERIM_EVERY_S = 0.1
COMMIT_RETRY_S = 0.25
SLOW_COMMIT_S = 0.25


class Publisher:
    """Numbers finals in order. One that cannot be committed stays on pages as the interim of its number; when
    MOST_OPEN_FINALS wait, `final` waits too, and with it the engine: the audio log keeps everything."""

    def __init__(self, taken: Taken, epoch: Callable[[], int], writer: DatabaseThread, hub: Hub) -> None:
        self._taken = taken
        self._epoch = epoch
        self._writer = writer
        self._hub = hub
        self._number = self._committed = taken.last_number
        self._open: asyncio.Queue[tuple[int, int, FinalResult]] = asyncio.Queue()
        self._unsaved: dict[int, str] = {}
        self._places = asyncio.Semaphore(MOST_OPEN_FINALS)
        self._interim = ""
        self._interim_shown = ""
        self._interim_timer: asyncio.TimerHandle | None = None
        self._bill = Bill(taken.billed_seconds, taken.request_ids)
        self._bill_kept = self._bill.state
        self._gaps: list[Gap] = []
        self._noting = asyncio.Lock()
        self._skipped = False
        self.upstream_state = "connecting"
        self.saving_late = False
        self.fenced = asyncio.Event()

    @property
    def pending(self) -> int:
        """Finals that are not committed yet."""
        return self._number - self._committed

    # --- what the captioner says --------------------------------------------------------------------------------------

    def interim(self, text: str) -> None:
        self._interim = text
        if self._interim_timer is None and text != self._interim_shown:
            self._show_interim()
            self._interim_timer = asyncio.get_running_loop().call_later(INTERIM_EVERY_S, self._interim_is_due)

    async def final(self, final: FinalResult, captioned: int) -> None:
        # No number before there is a place: whoever is cancelled while waiting must leave no hole behind.
        await self._places.acquire()
        self._number += 1
        self._interim = self._interim_shown = ""
        self._open.put_nowait((self._number, captioned, final))
        self._unsaved[self._number] = final.text
        if self.saving_late:
            self._publish_interim(self._number, final.text)

    def usage(self, report: UsageReport) -> None:
        self._bill.add(report)

    def upstream(self, state: str) -> None:
        self.upstream_state = state
        self._skipped = self._skipped or state == "skipped"

    def tell_upstream(self) -> str:
        """The state, to be said now: that something was skipped is said once even if it was over at once."""
        skipped, self._skipped = self._skipped, False
        return "skipped" if skipped else self.upstream_state

    def uncaptioned(self, first: int, end: int) -> None:
        ms = samples_to_ms(end) - samples_to_ms(first)
        self._gaps.append(Gap(first, RecordingGap.Reason.UNCAPTIONED, ms))

    def behind(self, ms: int) -> None:
        self._hub.publish(DelayChanged(self._taken.room_id, ms))

    # --- the way to the database --------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Commits finals one after the other, for as long as it is not cancelled. Ends when fenced."""
        try:
            while True:
                await self._commit(*await self._open.get())
                self._open.task_done()
                self._places.release()
        except store.Fenced:
            self.fenced.set()

    async def flush(self) -> None:
        """Waits until everything said so far is committed, or somebody else has the session."""
        joined = asyncio.create_task(self._open.join())
        fenced = asyncio.create_task(self.fenced.wait())
        _, waiting = await asyncio.wait({joined, fenced}, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await self.keep_notes()

    async def keep_notes(self) -> None:
        """Gaps and usage: worth keeping, never worth waiting for. What fails stays for the next time."""
        try:
            async with self._noting:
                await self._keep_notes(self._epoch())
        except (DatabaseError, store.Fenced) as error:
            logger.warning("session %s: notes not kept yet: %s", self._taken.info.id, type(error).__name__)

    async def _keep_notes(self, epoch: int) -> None:
        while self._gaps:
            await self._writer.run(partial(store.keep_gap, self._taken, epoch, self._gaps[0]))
            del self._gaps[0]
        known = self._bill.state
        if known != self._bill_kept:
            await self._writer.run(partial(store.keep_usage, self._taken, epoch, *known))
            self._bill_kept = known

    def close(self) -> None:
        """Nothing more is published."""
        if self._interim_timer is not None:
            self._interim_timer.cancel()

    async def _commit(self, number: int, captioned: int, final: FinalResult) -> None:
        late = asyncio.get_running_loop().call_later(SLOW_COMMIT_S, self._show_unsaved)
        try:
            committed = await self._commit_whatever_happens(number, captioned, final)
        finally:
            late.cancel()
        self.saving_late = False
        self._committed = number
        del self._unsaved[number]
        self._hub.publish(SentenceChanged(self._taken.room_id, self._taken.info.id, committed.item))

    async def _commit_whatever_happens(self, number: int, captioned: int, final: FinalResult) -> store.Committed:
        while True:
            epoch = self._epoch()
            try:
                return await self._writer.run(partial(store.commit_final, self._taken, epoch, number, captioned, final))
            except store.Fenced:
                if epoch == self._epoch():
                    raise
            except DatabaseError as error:
                logger.warning("session %s: sentence %s waits: %s", self._taken.info.id, number, type(error).__name__)
                self._show_unsaved()
                await asyncio.sleep(COMMIT_RETRY_S)

    # --- interims -----------------------------------------------------------------------------------------------------

    def _interim_is_due(self) -> None:
        self._interim_timer = None
        self.interim(self._interim)

    def _show_interim(self) -> None:
        self._interim_shown = self._interim
        self._publish_interim(self._number + 1, self._interim)

    def _show_unsaved(self) -> None:
        """The one that is being committed, and all that wait behind it."""
        if not self.saving_late:
            self.saving_late = True
            for number, text in self._unsaved.items():
                self._publish_interim(number, text)

    def _publish_interim(self, number: int, text: str) -> None:
        self._hub.publish(InterimChanged(self._taken.room_id, self._taken.info.id, number, text, self._epoch()))
