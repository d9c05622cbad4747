"""A service for recordings inside the test: it takes tasks, bills them, and forgets them, as it is told."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from subtitles.engines.base import (
    BatchResult,
    EngineError,
    ErrorKind,
    LostTicket,
    Options,
    Pending,
    Source,
    Ticket,
    Transcribed,
    Unanswered,
)
from subtitles.models import TranscriptionJob
from subtitles.retranscribe.pieces import Piece
from subtitles.speech import FinalResult, UsageReport, Word

ENGINE, PAID = "dashscope", "paraformer-v2"
FREE = "runs here"
BUSY = EngineError(ErrorKind.BUSY, "Slow down.", code="Throttling")
REFUSED = EngineError(ErrorKind.PARAMETERS, "DashScope does not accept one of the options.", code="InvalidParameter")
SILENT = Unanswered(ErrorKind.NETWORK, "No answer came.", code="timeout")


def said(count: int = 3) -> Transcribed:
    return Transcribed(tuple(sentence(number) for number in range(count)), language="zh")


def sentence(number: int) -> FinalResult:
    begin = number * 1000
    words = (Word(begin, begin + 900, f"word {number}", "."),)
    return FinalResult(begin, begin + 900, f"Sentence {number}.", words, speaker="0", emotion="happy", events=("BGM",))


class ScriptedService:
    """`submits`, `checks` and `cancels` say what comes of the next call; when they are used up all goes well.

    SILENT in `submits`: the task was taken and will be billed, and the answer was lost on the way.
    """

    region = "beijing"

    def __init__(self, result: Transcribed | None = None) -> None:
        self.result = said() if result is None else result
        self.at_once = False
        self.submits: deque[EngineError] = deque()
        self.checks: deque[EngineError | Pending | BatchResult] = deque()
        self.cancels: deque[EngineError | bool] = deque()
        self.prepared: list[Source] = []
        self.taken: list[str] = []
        """The address of each task that was taken: all of them are billed."""
        self.checked: Counter[str] = Counter()
        self.cancelled: list[str] = []

    async def prepare(self, source: Source, options: Options) -> Source:
        self.prepared.append(source)
        return Source(source.path, f"oss://{source.path.name if source.path else ''}", "wav")

    async def submit(self, sources: Sequence[Source], options: Options) -> Ticket | BatchResult:
        failure = self.submits.popleft() if self.submits else None
        if failure is not None and failure is not SILENT:
            raise failure
        [source] = sources
        self.taken.append(source.address)
        if failure is not None:
            raise failure
        number = len(self.taken)
        return self.answer(f"request {number}") if self.at_once else Ticket(f"task {number}", PAID, (source.address,))

    async def check(self, ticket: Ticket) -> Pending | BatchResult:
        self.checked[ticket.task_id] += 1
        answer = self.checks.popleft() if self.checks else self.answer(ticket.task_id)
        if isinstance(answer, EngineError):
            raise answer
        return answer

    async def cancel(self, ticket: Ticket) -> bool:
        self.cancelled.append(ticket.task_id)
        answer = self.cancels.popleft() if self.cancels else True
        if isinstance(answer, EngineError):
            raise answer
        return answer

    def answer(self, request_id: str) -> BatchResult:
        return BatchResult((self.result,), UsageReport(12.5, request_id), request_id)


class FindingService(ScriptedService):
    """It can be asked what it took. `finding`: what comes of asking next."""

    def __init__(self, result: Transcribed | None = None) -> None:
        super().__init__(result)
        self.finding: deque[EngineError] = deque()

    def finds(self, model: str) -> bool:
        return True

    async def find(self, sources: Sequence[Source], options: Options, since: datetime) -> Ticket | None:
        if self.finding:
            raise self.finding.popleft()
        [source] = sources
        numbers = [number for number, address in enumerate(self.taken, 1) if address == source.address]
        return Ticket(f"task {numbers[-1]}", PAID, (source.address,)) if numbers else None


LOST = LostTicket(ErrorKind.PARAMETERS, "DashScope does not know this task.", code="UNKNOWN")


def one_piece(details: TranscriptionJob, most_bytes: int | None = None) -> tuple[Piece, ...]:
    return (Piece(Source(Path("/nowhere") / f"{details.pk}.wav")),)


def two_pieces(details: TranscriptionJob, most_bytes: int | None = None) -> tuple[Piece, ...]:
    """Cut at 10 s, overlapping by 2 s: nine and eleven seconds lie in both."""
    return (
        Piece(Source(Path("/nowhere/first.wav")), 0, 0, 10_000),
        Piece(Source(Path("/nowhere/second.wav")), 9_000, 10_000, None),
    )
