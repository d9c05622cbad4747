"""One session on air in this process: audio in, captions out, and the care around both."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from django.conf import settings
from django.db import DatabaseError

from subtitles.live import store, wire
from subtitles.live.absent_engine import engine_named
from subtitles.live.audio_feed import AudioFeed
from subtitles.live.captioner import Captioner
from subtitles.live.changes import StateChanged
from subtitles.live.intake import WINDOW, Intake
from subtitles.live.publisher import Publisher
from subtitles.live.refusals import Reason, Refused
from subtitles.live.services import Services
from subtitles.live.store import Gap, Taken
from subtitles.live.wire import Lost, Pause, Resume, Stop
from subtitles.models import CaptionSession, RecordingGap
from subtitles.recordings.audio_log import AudioLog
from subtitles.speech import samples_to_ms

logger = logging.getLogger(__name__)

TICK_S = 0.2
TICKS_PER_SECOND = 5
RENEW_EVERY_S = 5.0
DRAIN_S = 2.0
State = CaptionSession.State


class Link(Protocol):
    """The broadcaster's connection."""

    def say(self, text: str) -> None: ...

    def end(self, reason: Reason, *, kept: int | None = None, retry_after: float | None = None) -> None:
        """An error message, then the close code."""


class Broadcast:
    """Lives until it is stopped, abandoned or taken by another process; broadcasters come and go."""

    def __init__(self, taken: Taken, services: Services, clock: Callable[[], float] = time.monotonic) -> None:
        self.taken = taken
        self.epoch = taken.epoch
        self._services = services
        self._clock = clock
        self._log = AudioLog(services.live_folder / str(taken.info.id))
        self._feed = AudioFeed(self._log)
        self._feed.expects_more = True
        self._intake = Intake(self._log, self._feed, clock)
        self._publisher = Publisher(taken, lambda: self.epoch, services.writer, services.hub)
        self._captioner = Captioner(
            self._feed,
            engine_named(taken.engine),
            taken.options,
            self._publisher,
            captioned=taken.captioned_samples,
            idle_finish_s=settings.SUBTITLES_IDLE_FINISH_S,
            clock=clock,
        )
        self._link: Link | None = None
        self._left_at = clock()
        self._state = taken.info.state
        self._said: dict[str, Any] = {}
        self._behind_ms: int | None = None
        self._stopping: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._notes: set[asyncio.Task[Any]] = set()
        self._noting = asyncio.Lock()
        self._broken = False
        self._leaving = False
        self.over = asyncio.Event()

    @property
    def kept(self) -> int:
        return self._intake.kept

    # --- coming and going ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Raises OSError: the recording cannot go on (nothing is left running then)."""
        self._intake.begin(self.epoch)
        info = self.taken.info
        if self.taken.seq:
            self._services.hub.publish(StateChanged(self.taken.room_id, info, self.taken.seq))
        self._tasks = [
            asyncio.create_task(self._guard(self._captioner.run), name=f"captioner {info.id}"),
            asyncio.create_task(self._guard(self._publisher.run), name=f"publisher {info.id}"),
            asyncio.create_task(self._guard(self._keep), name=f"keeper {info.id}"),
            asyncio.create_task(self._guard(self._renew_forever), name=f"lease {info.id}"),
        ]
        if self._state == State.ENDING:
            self._stop()

    def continues_with(self, taken: Taken) -> bool:
        """Whether nobody else had the session in between, and it is not being left already."""
        return not self._leaving and not self._publisher.fenced.is_set() and taken.epoch == self.epoch + 1

    def move_to(self, taken: Taken) -> None:
        """The same process took the session again, for a new connection: the captioner goes on. Raises OSError."""
        self.detach_link(Reason.TAKEN_OVER)
        self.taken, self.epoch = taken, taken.epoch
        self._intake.begin(self.epoch)
        self._captioner.retry_now()

    def attach(self, link: Link) -> None:
        if self._leaving:
            return link.end(Reason.RESYNC, kept=self.kept)
        self._link = link
        self._said = {}
        link.say(wire.ready(self.taken.info.id, self.epoch, self.kept, WINDOW))
        self._intake.note_acked()

    def detach(self, link: Link) -> None:
        """The connection is gone."""
        if self._link is link:
            self._link = None
            self._left_at = self._clock()

    def detach_link(self, reason: Reason) -> None:
        """Ends the connection, if there is one."""
        link, self._link = self._link, None
        self._left_at = self._clock()
        if link is not None:
            link.end(reason, kept=self.kept)

    # --- what the broadcaster says ------------------------------------------------------------------------------------

    def audio(self, first: int, pcm: bytes) -> None:
        """Raises Refused."""
        if self._state != State.LIVE:
            raise Refused(Reason.ENDED)
        if self._publisher.fenced.is_set():
            return  # never acknowledged: whoever has the session now gets it again
        self._intake.receive(first, pcm)
        if self._intake.owes_an_answer:
            self._acknowledge()

    def control(self, message: Pause | Resume | Lost | Stop) -> None:
        """Raises Refused."""
        if self._publisher.fenced.is_set():
            return  # whoever has the session now hears it again, as it does the audio before it
        if message.at > self._intake.end:
            raise Refused(Reason.BAD_POSITION)
        match message:
            case Pause(at):
                self._feed.expects_more = False
                self._note(store.keep_gap, Gap(at, RecordingGap.Reason.PAUSE))
            case Resume():
                self._feed.expects_more = True
                self._note(store.close_pause)
            case Lost(at, ms, reason):
                self._note(store.keep_gap, Gap(at, RecordingGap.Reason.LOST, ms, reason))
            case Stop():
                self._stop()

    def _note(self, unit: Callable[..., None], *args: Any) -> None:
        """Kept in the order of the calls; not waited for."""

        async def keep() -> None:
            async with self._noting:
                await self._until_kept(lambda epoch: unit(self.taken, epoch, *args))

        task = asyncio.create_task(self._guard(keep), name=f"note of {self.taken.info.id}")
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    # --- care ---------------------------------------------------------------------------------------------------------

    async def _keep(self) -> None:
        ticks = 0
        while True:
            await asyncio.sleep(TICK_S)
            ticks += 1
            self._intake.retry()
            self._acknowledge()
            if ticks % TICKS_PER_SECOND == 0:
                self._intake.sync_soon(self._services.disk)
                self._say_status()
            if self._is_abandoned() or self._publisher.fenced.is_set():
                self._stop()

    def _acknowledge(self) -> None:
        if self._link is not None and self._intake.has_news:
            self._intake.note_acked()
            self._link.say(wire.ack(self._intake.acked, self._intake.acked_durable))

    def _say_status(self) -> None:
        behind_ms = samples_to_ms(self._captioner.behind_samples) if self.taken.paced else 0
        known = self._behind_ms
        if known is None or abs(behind_ms - known) >= 1000 or (behind_ms < 1000) != (known < 1000):
            self._behind_ms = behind_ms
            self._publisher.behind(behind_ms)
        if self._link is not None:
            self._say_to(self._link, behind_ms)

    def _say_to(self, link: Link, behind_ms: int) -> None:
        first_delay_ms, last_delay_ms = self._captioner.delays
        upstream = self._publisher.tell_upstream()
        said = {
            "upstream": upstream,
            "behind_ms": behind_ms,
            "viewers": self._services.hub.viewers(self.taken.room_id),
            "storage": "full" if self._intake.is_full else "late" if self._publisher.saving_late else "ok",
            "text_key": self._text_key(upstream),
            "first_delay_ms": first_delay_ms,
            "last_delay_ms": last_delay_ms,
        }
        if said != self._said:
            self._said = said
            link.say(wire.broadcaster_status(**said))

    def _text_key(self, upstream: str) -> str:
        if self._intake.is_full:
            return "storage_full"
        if self._publisher.saving_late:
            return "saving_late"
        if self._state != State.LIVE:
            return "ending"
        return "idle" if upstream == "idle" else f"upstream_{upstream}"

    async def _renew_forever(self) -> None:
        """In a task of its own: a locked database holds this up, and nothing else."""
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            await self._renew()

    async def _renew(self) -> None:
        captioned = 0 if self._publisher.pending else self._captioner.progress
        unit = partial(store.keep_progress, self.taken, self.epoch, captioned, self._link is not None)
        epoch = self.epoch
        try:
            if not await self._services.writer.run(unit) and epoch == self.epoch:
                self._publisher.fenced.set()
        except DatabaseError as error:
            logger.warning("session %s: lease not renewed: %s", self.taken.info.id, type(error).__name__)
        await self._publisher.keep_notes()

    def _is_abandoned(self) -> bool:
        return self._link is None and self._clock() - self._left_at > settings.SUBTITLES_ABANDON_AFTER_S

    # --- the end ------------------------------------------------------------------------------------------------------

    def _stop(self) -> None:
        """Starts the end: once, whoever asks."""
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._wind_up(), name=f"end of {self.taken.info.id}")

    def fence(self) -> None:
        """Another process has taken the session."""
        self._publisher.fenced.set()
        self._stop()

    async def _wind_up(self) -> None:
        """Ends the session, or leaves it to whoever has it now."""
        ending = asyncio.create_task(self._end())
        if self._publisher.fenced.is_set():
            ending.cancel()  # before its first step
        fenced = asyncio.create_task(self._publisher.fenced.wait())
        try:
            await asyncio.wait({ending, fenced}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _cancel(ending, fenced)
        await self._finish(await self._outcome(ending))

    async def _outcome(self, ending: asyncio.Task[None]) -> Reason:
        """What the broadcaster is told."""
        error = None if ending.cancelled() else ending.exception()
        if self._broken or not (error is None or isinstance(error, store.Fenced)):
            logger.error("session %s: given up here", self.taken.info.id, exc_info=error)
            await self._hand_over()
            return Reason.INTERNAL
        if ending.cancelled() or error is not None:
            logger.info("session %s: taken by another process", self.taken.info.id)
            return await self._why_taken()
        return Reason.ENDED

    async def _why_taken(self) -> Reason:
        """A sweeper takes a session for the broadcaster that it has; somebody else takes it over."""
        try:
            async with asyncio.timeout(DRAIN_S):
                state, broadcast = await self._services.writer.run(partial(store.holder, self.taken))
        except (DatabaseError, TimeoutError):
            return Reason.RESYNC
        if state == State.ENDED:
            return Reason.ENDED
        return Reason.RESYNC if broadcast == self.taken.broadcast else Reason.TAKEN_OVER

    async def _end(self) -> None:
        """Captions the rest, seals the recording, tells everybody. Raises Fenced."""
        self._tell(State.ENDING, await self._until_kept(lambda epoch: store.become_ending(self.taken, epoch)))
        await self._intake.written.wait()
        self._feed.close()
        await asyncio.shield(self._tasks[0])
        await self._publisher.flush()
        await asyncio.gather(*self._notes, return_exceptions=True)
        if self._publisher.fenced.is_set():
            raise store.Fenced
        await self._intake.settle(self._services.disk)
        seq, sentences = await self._until_kept(lambda epoch: store.end(self.taken, epoch, self.kept))
        self._tell(State.ENDED, seq)
        if self._link is not None:
            self._link.say(wire.ended(self.taken.info.id, self.kept, sentences))

    def _tell(self, state: str, seq: int | None) -> None:
        self._state = state
        if seq is not None:
            info = replace(self.taken.info, state=str(state))
            self._services.hub.publish(StateChanged(self.taken.room_id, info, seq))

    async def _until_kept(self, unit: Callable[[int], Any]) -> Any:
        """Tries until the database takes it, under the epoch of the moment. Raises Fenced."""
        while True:
            epoch = self.epoch
            try:
                return await self._services.writer.run(partial(unit, epoch))
            except store.Fenced:
                if epoch == self.epoch:
                    raise
            except DatabaseError as error:
                logger.warning("session %s: database: %s", self.taken.info.id, type(error).__name__)
                await asyncio.sleep(TICK_S)

    async def drain(self) -> None:
        """Shutdown: what the engine has is published, the rest is captioned after the restart."""
        self.detach_link(Reason.RESTARTING)
        if not self._leaving:
            if self._stopping is not None:
                await _cancel(self._stopping)
            self._feed.stop()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_S):
                    await asyncio.shield(self._tasks[0])
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_S):
                    await self._publisher.flush()
            await self._hand_over()
            await self._finish(Reason.RESTARTING)
        await self.over.wait()

    async def _hand_over(self) -> None:
        """Any process may go on from here at once."""
        *_, renewing = self._tasks
        await _cancel(renewing)  # a renewal behind the release would hold the session for a process that is gone
        captioned = 0 if self._publisher.pending else self._captioner.progress
        try:
            async with asyncio.timeout(DRAIN_S):
                await self._services.writer.run(partial(store.keep_progress, self.taken, self.epoch, captioned, False))
                await self._services.writer.run(partial(store.release, self.taken, self.epoch))
        except (DatabaseError, TimeoutError) as error:
            logger.warning("session %s: not handed over: %s", self.taken.info.id, type(error).__name__)

    async def _finish(self, reason: Reason) -> None:
        self._leaving = True
        self.detach_link(reason)
        await _cancel(*self._tasks, *self._notes)
        self._publisher.close()
        await self._intake.settle(self._services.disk)
        self._log.close()
        self._services.forget(self.taken)
        self.over.set()

    async def _guard(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except store.Fenced:
            self.fence()
        except Exception:  # each task's top: one that failed ends the broadcast, never the process
            logger.exception("session %s: %s failed", self.taken.info.id, asyncio.current_task())
            self._broken = True
            self.fence()


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
