"""What engines have in common that transcribe a recording while it is waited for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import ClassVar

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
)

Tell = Callable[[int], Awaitable[None]]


class Share:
    """One recording's part in the progress of several."""

    def __init__(self, tell: Tell, number: int, count: int) -> None:
        self._tell, self._number, self._count = tell, number, count
        self._told = -1

    async def reached(self, percent: int) -> None:
        whole = (100 * self._number + percent) // self._count
        if whole > self._told:
            self._told = whole
            await self._tell(whole)


Heard = tuple[Path, Share]


class AtOnceEngine(ABC):
    """A `BatchEngine` without tasks to ask about: nobody bills if a recording is transcribed again."""

    no_tasks: ClassVar[str]
    """Said to whoever asks about one."""
    no_addresses: ClassVar[str]
    """Said of a recording that is not a file here."""

    @abstractmethod
    def refuse(self, options: Options) -> EngineError | None:
        """See `Refusal`."""

    @abstractmethod
    async def _transcribe(self, recordings: Sequence[Heard], options: Options) -> list[Transcribed | EngineError]:
        """The outcome for each; an error that is not one recording's own is raised. `options` are not refused."""

    async def prepare(self, source: Source, options: Options) -> Source:
        """See `BatchEngine.prepare`: files are read where they lie."""
        self._check(options)
        self._file(source)
        return source

    async def submit(self, sources: Sequence[Source], options: Options) -> BatchResult:
        """See `BatchEngine.submit`."""
        return await self.transcribe(sources, options, _nobody)

    async def transcribe(self, sources: Sequence[Source], options: Options, tell: Tell) -> BatchResult:
        """As `submit`; `tell` hears each percent, and may raise to stop it."""
        self._check(options)
        shares = [Share(tell, number, len(sources)) for number in range(len(sources))]
        recordings = list(zip(map(self._file, sources), shares, strict=True))
        return BatchResult(tuple(await self._transcribe(recordings, options)))

    async def check(self, ticket: Ticket) -> Pending | BatchResult:
        raise LostTicket(ErrorKind.PARAMETERS, self.no_tasks, code="no-tasks")

    async def cancel(self, ticket: Ticket) -> bool:
        return True

    def _check(self, options: Options) -> None:
        if error := self.refuse(options):
            raise error

    def _file(self, source: Source) -> Path:
        if source.path is None:
            raise EngineError(ErrorKind.PARAMETERS, self.no_addresses, code="no-file")
        return source.path


async def _nobody(percent: int) -> None:
    """Not asked for."""
