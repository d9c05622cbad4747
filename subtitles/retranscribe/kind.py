"""The steps of a re-transcription. Each may be repeated after a crash; none is paid for twice unasked."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from subtitles.engines.base import BatchEngine, TooBig
from subtitles.jobs.steps import JobFailed, Lane, Next, Problem, State
from subtitles.jobs.work import Work
from subtitles.models import TranscriptionJob
from subtitles.retranscribe import engines, rows, sources
from subtitles.retranscribe.asking import Asking
from subtitles.retranscribe.filling import OptionsFor
from subtitles.retranscribe.importing import import_results
from subtitles.retranscribe.pieces import Piece
from subtitles.retranscribe.sources import NoAudio
from subtitles.vocabularies import use


class PiecesOf(Protocol):
    def __call__(self, details: TranscriptionJob, most_bytes: int | None = None, /) -> tuple[Piece, ...]:
        """Files for an engine, of `most_bytes` each if that is known. Runs in a thread. Raises NoAudio, OSError."""


@dataclass(frozen=True)
class Retranscription:
    """queued → prepared → submitting → waiting → fetched → done."""

    engine_of: Callable[[str], BatchEngine] = engines.get
    pieces_of: PiecesOf = sources.pieces
    options_for: OptionsFor = use.options_for
    """Of a vocabulary, at the service."""

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return (
            Lane((State.QUEUED, State.PREPARED)),
            Lane((State.SUBMITTING, State.WAITING, State.FETCHED)),
        )

    async def advance(self, work: Work) -> Next:
        details = await work.read(partial(rows.wish, work.job))
        if details.recording_id is None:
            return await self.cancel(work)
        asking = self._asking(work, details)
        steps: dict[State, Callable[[], Awaitable[Next]]] = {
            State.QUEUED: partial(self._prepare, work, asking),
            State.PREPARED: asking.submit,
            State.SUBMITTING: asking.unknown,
            State.WAITING: asking.check,
            State.FETCHED: partial(import_results, work, details),
        }
        return await steps[work.state]()

    async def cancel(self, work: Work) -> Next:
        """What the service has not begun is stopped there too. Its results are not fetched; what it bills is noted."""
        details = await work.read(partial(rows.wish, work.job))
        bills = await self._asking(work, details).cancel()
        unknown = work.state == State.SUBMITTING and not engines.is_free(details.engine, details.model)
        problem = Problem("cancelled", "billed", "The service may have begun already: it may bill this.")
        return Next(
            State.CANCELLED,
            problem=problem if bills or unknown else None,
            write=partial(rows.book_all, work.job.pk, bills),
        )

    async def clean_up(self, work: Work) -> None:
        kept = await work.read(partial(rows.has_recording, work.job.pk))
        await asyncio.to_thread(sources.discard, work.job.pk, erased=not kept)
        if work.state != State.DONE:
            await work.read(partial(rows.discard_transcript, work.job.pk))

    def _asking(self, work: Work, details: TranscriptionJob) -> Asking:
        return Asking(work, details, self.engine_of(details.engine), self.options_for)

    async def _prepare(self, work: Work, asking: Asking) -> Next:
        """What may be uploaded is told with each upload's permission: only a refusal costs one more of them."""
        await self._check_placeable(work, asking.details)
        pieces_of, most = partial(self.pieces_of, asking.details), math.inf
        while True:
            try:
                return await asking.prepare(await asyncio.to_thread(pieces_of))
            except NoAudio:
                raise JobFailed("audio", "no-audio", "Nothing of the recording's audio is left.") from None
            except TooBig as error:
                if error.most_bytes >= most:
                    raise
                most = error.most_bytes
                pieces_of = partial(self.pieces_of, asking.details, error.most_bytes)

    async def _check_placeable(self, work: Work, details: TranscriptionJob) -> None:
        """Before anything is paid: a text without times is of use only where something tells them."""
        if engines.has_times(details.engine, details.model) or details.recording is None:
            return
        if not await work.read(partial(rows.has_timed, details.recording)):
            words = "This model tells no times. They are taken from the live text, and this recording has none."
            raise JobFailed("parameters", "no-live-text", words)
