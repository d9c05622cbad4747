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

from subtitles.engines import registry
from subtitles.engines.base import EngineError
from subtitles.live import store, wire
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
RENEW_EVERY_TICKS = 25
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
        self._intake = Intake(self._log, self._feed, clock)
        self._publisher = Publisher(taken, lambda: self.epoch, services.writer, services.hub)
        self._captioner = Captioner(
            self._feed,
            registry.get(taken.engine),
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
        self._behind_ms = 0
        self._stopping: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._notes: set[asyncio.Task[Any]] = set()
        self.over = asyncio.Event()

    @property
    def kept(self) -> int:
        return self._intake.kept

    # --- coming and going ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._intake.begin(self.epoch)
        info = self.taken.info
        if self.taken.seq:
            self._services.hub.publish(StateChanged(self.taken.room_id, info, self.taken.seq))
        self._tasks = [
            asyncio.create_task(self._guard(self._captioner.run), name=f"captioner {info.id}"),
            asyncio.create_task(self._guard(self._publisher.run), name=f"publisher {info.id}"),
            asyncio.create_task(self._guard(self._keep), name=f"keeper {info.id}"),
        ]
        if self._state == State.ENDING:
            self._stop()

    def move_to(self, epoch: int) -> None:
        """The same process took the session again, for a new connection: the captioner goes on."""
        self.detach_link(Reason.TAKEN_OVER)
        self.epoch = epoch
        self._intake.begin(epoch)
        self._captioner.retry_now()

    def attach(self, link: Link) -> None:
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
        self._intake.receive(first, pcm)
        if self._intake.owes_an_answer:
            self._acknowledge()

    def control(self, message: Pause | Resume | Lost | Stop) -> None:
        """Raises Refused."""
        if message.at > self._intake.end:
            raise Refused(Reason.BAD_POSITION)
        match message:
            case Pause(at):
                self._note(store.keep_gap, Gap(at, RecordingGap.Reason.PAUSE))
            case Resume():
                self._note(store.close_pause)
            case Lost(at, ms, reason):
                self._note(store.keep_gap, Gap(at, RecordingGap.Reason.LOST, ms, reason))
            case Stop():
                self._stop()

    def _note(self, unit: Callable[..., None], *args: Any) -> None:
        """Kept in order with the sentences; not waited for."""
        task = asyncio.create_task(self._until_kept(partial(unit, self.taken, *args)))
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
            if ticks % RENEW_EVERY_TICKS == 0:
                await self._renew()
            if self._is_abandoned() or self._publisher.fenced.is_set():
                self._stop()

    def _acknowledge(self) -> None:
        if self._link is not None and self._intake.has_news:
            self._intake.note_acked()
            self._link.say(wire.ack(self._intake.acked, self._intake.acked_durable))

    def _say_status(self) -> None:
        behind_ms = samples_to_ms(self._captioner.behind_samples) if self.taken.paced else 0
        if abs(behind_ms - self._behind_ms) >= 1000 or (behind_ms < 1000) != (self._behind_ms < 1000):
            self._behind_ms = behind_ms
            self._publisher.behind(self._captioner.behind_samples)
        first_delay_ms, last_delay_ms = self._captioner.delays
        said = {
            "upstream": self._publisher.upstream_state,
            "behind_ms": samples_to_ms(self._captioner.behind_samples),
            "viewers": self._services.hub.viewers(self.taken.room_id),
            "storage": "full" if self._intake.is_full else "late" if self._publisher.saving_late else "ok",
            "text_key": self._text_key(),
            "first_delay_ms": first_delay_ms,
            "last_delay_ms": last_delay_ms,
        }
        if self._link is not None and said != self._said:
            self._said = said
            self._link.say(wire.broadcaster_status(**said))

    def _text_key(self) -> str:
        if self._intake.is_full:
            return "storage_full"
        if self._publisher.saving_late:
            return "saving_late"
        if self._state != State.LIVE:
            return "ending"
        upstream = self._publisher.upstream_state
        return "idle" if upstream == "idle" else f"upstream_{upstream}"

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
            ending = self._let_go if self._publisher.fenced.is_set() else self._end
            self._stopping = asyncio.create_task(self._guard(ending), name=f"end of {self.taken.info.id}")

    async def _end(self) -> None:
        """Captions the rest, seals the recording, tells everybody."""
        await self._become(State.ENDING)
        await self._intake.written.wait()
        self._feed.close()
        await self._tasks[0]
        await self._publisher.flush()
        self._intake.sync_soon(self._services.disk)
        await self._intake.synced()
        await self._until_kept(partial(store.seal, self.taken, self.kept))
        await self._become(State.ENDED)
        if self._link is not None:
            sentences = await self._services.writer.run(partial(store.last_number, self.taken))
            self._link.say(wire.ended(self.taken.info.id, self.kept, sentences))
        await self._finish(Reason.ENDED)

    async def _become(self, state: str) -> None:
        seq = await self._until_kept(partial(store.set_state, self.taken, self.epoch, state))
        self._state = state
        if seq:
            info = replace(self.taken.info, state=str(state))
            self._services.hub.publish(StateChanged(self.taken.room_id, info, seq))

    async def _until_kept(self, unit: Callable[[], Any]) -> Any:
        """Tries until the database takes it. Raises Fenced."""
        while True:
            try:
                return await self._services.writer.run(unit)
            except DatabaseError as error:
                logger.warning("session %s: database: %s", self.taken.info.id, type(error).__name__)
                await asyncio.sleep(TICK_S)

    async def _let_go(self) -> None:
        """Another process has the session."""
        logger.info("session %s: taken by another process", self.taken.info.id)
        await self._finish(Reason.TAKEN_OVER)

    def fence(self) -> None:
        """Another process says that it has taken the session."""
        self._publisher.fenced.set()
        self._stop()

    async def drain(self) -> None:
        """Shutdown: what the engine has is published, the rest is captioned after the restart."""
        self.detach_link(Reason.RESTARTING)
        if self._stopping is None or not self._stopping.done():
            self._feed.stop()
            with contextlib.suppress(TimeoutError, Exception):
                await asyncio.wait_for(asyncio.shield(self._tasks[0]), DRAIN_S)
            with contextlib.suppress(TimeoutError, Exception):
                await asyncio.wait_for(self._publisher.flush(), DRAIN_S)
            await self._hand_over()
        if self._stopping is not None:
            self._stopping.cancel()
        await self._finish(Reason.RESTARTING)

    async def _hand_over(self) -> None:
        captioned = 0 if self._publisher.pending else self._captioner.progress
        try:
            await self._services.writer.run(partial(store.keep_progress, self.taken, self.epoch, captioned, False))
            await self._services.writer.run(partial(store.release, self.taken, self.epoch))
        except DatabaseError as error:
            logger.warning("session %s: not handed over: %s", self.taken.info.id, type(error).__name__)

    async def _finish(self, reason: Reason) -> None:
        self.detach_link(reason)
        for task in [*self._tasks, *self._notes]:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._notes, return_exceptions=True)
        self._intake.sync_soon(self._services.disk)
        await self._intake.synced()
        self._log.close()
        self.over.set()
        self._services.forget(self.taken)

    async def _guard(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except store.Fenced:
            self.fence()
        except EngineError as error:
            logger.warning("session %s: %s", self.taken.info.id, error.kind)
        except Exception:
            logger.exception("session %s: %s failed", self.taken.info.id, asyncio.current_task())
            self.detach_link(Reason.INTERNAL)
