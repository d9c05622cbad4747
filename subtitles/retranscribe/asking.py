"""One job's dealings with its engine: hand over, ask about, cancel."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from subtitles.engines.base import (
    BatchEngine,
    BatchResult,
    EngineError,
    ErrorKind,
    LostTicket,
    Options,
    Pending,
    Ticket,
    Transcribed,
    Unanswered,
)
from subtitles.jobs import bucket
from subtitles.jobs.failures import after_failure, is_hopeless, problem_of
from subtitles.jobs.steps import BackTo, JobFailed, Next, Problem, State
from subtitles.jobs.work import Work
from subtitles.models import TranscriptionJob
from subtitles.retranscribe import addresses, engines, results, rows, sources
from subtitles.retranscribe.engines import Finds, Tells
from subtitles.retranscribe.filling import Filling, OptionsFor
from subtitles.retranscribe.pieces import Piece

logger = logging.getLogger(__name__)

FIRST_LOOK_S, LONGEST_LOOK_S = 3.0, 30.0
"""The official SDK asks after 1, 2, 4, 5, 5, … s; Model Studio help advises every few seconds."""
DISK_RETRY_S = 5.0
MOST_TRIES_HERE = 4
"""Of a recogniser on this machine: what ends its process does so again."""

_UNKNOWN = Problem(
    "uncertain", "uncertain", "Nobody knows whether the service took the recording; if it did, it bills it."
)
_LOST = Problem(
    "uncertain", "lost", "The service does not know this task any more: a new one is needed, and costs again."
)


class Asking:
    def __init__(self, work: Work, details: TranscriptionJob, engine: BatchEngine, options_for: OptionsFor) -> None:
        self.details = details
        self._filling = Filling(work, details, options_for)
        self._work = work
        self._engine = engine
        self._bills: list[Callable[[], None]] = []
        self._pieces = [Piece.from_json(kept) for kept in details.pieces]
        self._options = Options(details.model, details.language, details.options)
        self._limits = engines.limits(details.engine, details.model)
        self._is_free = engines.is_free(details.engine, details.model)

    # --- handing over ---------------------------------------------------------------------------------------------

    async def prepare(self, pieces: Sequence[Piece]) -> Next:
        """Brings the audio to where the service can read it."""
        ready = []
        for number, piece in enumerate(pieces):
            await self._work.progress("uploading", 100 * number // len(pieces))
            ready.append(await self._prepared(number, piece))
        return Next(State.PREPARED, step="submitting", write=partial(rows.keep_pieces, self._work.job.pk, ready))

    async def _prepared(self, number: int, piece: Piece) -> Piece:
        source = addresses.public(self.details, number, piece.source)
        ready = await self._engine.prepare(source, self._options)
        return replace(piece, source=ready, prepared_at=self._work.now().timestamp())

    async def _renew(self, number: int) -> None:
        """What was brought to the service too long ago, before somebody paid again or the server was down, is not
        there any more."""
        piece = self._pieces[number]
        age_s = self._work.now().timestamp() - piece.prepared_at
        if piece.source.path is None or age_s < addresses.FRESH.total_seconds():
            return
        await self._work.progress("uploading")
        self._pieces[number] = await self._prepared(number, replace(piece, source=replace(piece.source, address="")))
        await self._work.commit(self._keep_pieces)

    async def submit(self) -> Next:
        """The next piece. The intention is committed first: whoever finds it knows that this may have happened."""
        return await self._as_one(self._submit())

    async def _submit(self) -> Next:
        unsent = [number for number, piece in enumerate(self._pieces) if not piece.is_sent]
        if not unsent:
            return self._sent()
        with _reading():
            await self._renew(unsent[0])
        options = await self._filling.with_vocabulary(self._options)
        options = await self._filling.with_context(options, self._pieces[unsent[0]])
        intention = partial(self._work.move, Next(State.SUBMITTING, step="submitting"))
        await bucket.take(self._work, self._bucket("submit"), self._limits.starts_per_second, intention)
        if self._work.cancel_asked:
            return Next(State.PREPARED)
        try:
            with _reading():
                answer = await self._hand_over(unsent[0], options)
        except Unanswered as error:
            logger.warning("job %s: no answer to a submit: %s", self._work.job.pk, error.code)
            return await self.unknown()
        except EngineError as error:
            return self._not_taken(error)
        if isinstance(answer, Ticket):
            self._pieces[unsent[0]] = replace(self._pieces[unsent[0]], ticket=answer)
        else:
            await self._keep_result(unsent[0], answer)
        return self._sent()

    async def _hand_over(self, number: int, options: Options) -> Ticket | BatchResult:
        source = self._pieces[number].source
        if isinstance(self._engine, Tells):
            return await self._engine.transcribe([source], options, partial(self._tell, number))
        return await self._engine.submit([source], options)

    async def _tell(self, number: int, percent: int) -> None:
        await self._work.progress("recognising", (100 * number + percent) // len(self._pieces))

    def _not_taken(self, error: EngineError) -> Next:
        """What works on this machine is not given up because others are before it, and not tried for ever."""
        if self._is_free and error.kind is ErrorKind.BUSY:
            return Next(State.PREPARED, error.retry_after or FIRST_LOOK_S, step="waiting")
        if self._is_free and self._work.job.attempts + 1 >= MOST_TRIES_HERE:
            raise JobFailed(error.kind.value, error.code or error.kind.value, str(error)) from error
        raise BackTo(State.PREPARED) from error

    async def unknown(self) -> Next:
        """A submit whose outcome nobody knows."""
        if self._is_free:
            return Next(State.PREPARED)
        return Next(State.UNCERTAIN, problem=_UNKNOWN)

    def _sent(self) -> Next:
        if not all(piece.is_sent for piece in self._pieces):
            return Next(State.PREPARED, step="submitting", write=self._keep)
        return self._looked(FIRST_LOOK_S)

    # --- asking about ---------------------------------------------------------------------------------------------

    async def check(self) -> Next:
        """Asks about the first piece without a result; whatever it hears, it hands nothing over.

        What the service certainly has comes first: while that runs, nobody can tell whether it has the others too.
        """
        return await self._as_one(self._check())

    async def _check(self) -> Next:
        undone = [number for number, piece in enumerate(self._pieces) if not piece.result]
        if not undone:
            return self._looked()
        await bucket.take(self._work, self._bucket("query"), self._limits.queries_per_second)
        for number in undone:
            if ticket := self._pieces[number].ticket:
                return await self._ask(number, ticket)
        return await self._look_for(undone[0])

    async def _ask(self, number: int, ticket: Ticket) -> Next:
        try:
            answer = await self._engine.check(ticket)
        except LostTicket:
            return self._lost(number, ticket)
        except EngineError as error:
            raise _worth_waiting(error) from error
        if isinstance(answer, Pending):
            return Next(State.WAITING, self._pause(), step="recognising" if answer.running else "waiting")
        await self._keep_result(number, answer)
        return self._looked()

    async def _look_for(self, number: int) -> Next:
        """After "look again": what the service took, where it can be asked for that. Where it cannot, or will not
        tell, the question stays open."""
        if not isinstance(self._engine, Finds):
            return await self.unknown()
        source, job = self._pieces[number].source, self._work.job
        try:
            found = await self._engine.find([source], self._options, self.details.job.created_at)
        except EngineError as error:
            if is_hopeless(job, error, self._work.now()):
                return Next(State.UNCERTAIN, problem=problem_of(job, error))
            raise
        if found is None:
            return await self.unknown()
        self._pieces[number] = replace(self._pieces[number], ticket=found)
        return self._looked()

    def _looked(self, after_s: float = 0.0) -> Next:
        if all(piece.result for piece in self._pieces):
            return Next(State.FETCHED, step="importing", percent=0, write=self._keep)
        return Next(State.WAITING, after_s, step="recognising", write=self._keep)

    def _lost(self, number: int, ticket: Ticket) -> Next:
        self._forget(number)
        if self._is_free:
            return Next(State.PREPARED, write=self._keep)
        self._bills.append(partial(rows.book, self._work.job.pk, ticket.task_id, None))
        return Next(State.UNCERTAIN, problem=_LOST, write=self._keep)

    def _forget(self, number: int) -> None:
        """The service does nothing for this ticket any more."""
        self._pieces[number] = replace(self._pieces[number], ticket=None)

    def _pause(self) -> float:
        """A tenth of the time it has taken so far."""
        waited = (self._work.now() - self._work.job.moved_at).total_seconds()
        return min(max(FIRST_LOOK_S, waited / 10), LONGEST_LOOK_S) * random.uniform(1.0, 1.25)  # noqa: S311

    async def _keep_result(self, number: int, answer: BatchResult) -> None:
        """On disk; booked with the next arrow. Raises JobFailed: the service could not transcribe it."""
        piece = self._pieces[number]
        task_id = piece.ticket.task_id if piece.ticket else answer.request_id or f"job {self._work.job.pk}.{number}"
        book = None if self._is_free else partial(rows.book, self._work.job.pk, task_id, answer.usage)
        outcome = answer.recordings[0]
        if isinstance(outcome, EngineError):
            self._forget(number)
            raise JobFailed(outcome.kind.value, outcome.code or outcome.kind.value, str(outcome), book)
        path = sources.folder(self._work.job.pk) / f"result-{number}.json"
        self._pieces[number] = replace(piece, result=path, sha256=await self._on_disk(path, outcome))
        if book:
            self._bills.append(book)

    async def _on_disk(self, path: Path, outcome: Transcribed) -> str:
        """A result that is paid for is not thrown away because a disk is full."""
        while True:
            try:
                return await asyncio.to_thread(results.keep, path, outcome)
            except OSError as error:
                logger.warning("job %s: cannot keep its result: %s", self._work.job.pk, error.strerror)
                await asyncio.sleep(DISK_RETRY_S)

    # --- the rest -------------------------------------------------------------------------------------------------

    async def cancel(self) -> list[str]:
        """Stops what the service has not begun; the tasks that it may bill all the same."""
        running = []
        for ticket in [piece.ticket for piece in self._pieces if piece.ticket and not piece.result]:
            try:
                stopped = await self._engine.cancel(ticket)
            except EngineError as error:
                logger.warning("job %s: cannot be cancelled at the service: %s", self._work.job.pk, error.code)
                stopped = False
            if not stopped and not self._is_free:
                running.append(ticket.task_id)
        return running

    async def _as_one(self, step: Awaitable[Next]) -> Next:
        """Where a piece fails for good the job does: what the service has of the others is stopped, or booked."""
        try:
            return await step
        except (BackTo, EngineError, JobFailed) as error:
            change = after_failure(self._work.job, error, self._work.now())
        if change.state != State.FAILED:
            return change
        left = await self.cancel()

        def write() -> None:
            if change.write:
                change.write()
            rows.book_all(self._work.job.pk, left)

        return replace(change, write=write)

    def _keep(self) -> None:
        self._keep_pieces()
        for book in self._bills:
            book()

    def _keep_pieces(self) -> None:
        rows.keep_pieces(self._work.job.pk, self._pieces, getattr(self._engine, "region", None))

    def _bucket(self, call: str) -> str:
        return engines.bucket(self.details.engine, self.details.model, call)


@contextmanager
def _reading() -> Iterator[None]:
    """Inside it a file is read before anything is sent. What a file's error names is a file; a connection's names
    nothing, and leaves open what was sent."""
    try:
        yield
    except FileNotFoundError as error:
        words = "The copy of the recording that was to be sent is gone."
        raise JobFailed("storage", "no-copy", words) from error
    except OSError as error:
        if error.filename is None:
            raise
        raise BackTo(State.PREPARED) from error


def _worth_waiting(error: EngineError) -> EngineError:
    """With a key that ran out the result is not lost: somebody may set another one while the service keeps it."""
    if error.kind is not ErrorKind.KEY:
        return error
    return EngineError(error.kind, str(error), retryable=True, code=error.code, request_id=error.request_id)
