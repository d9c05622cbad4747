"""What a job adds to its options by itself: the id of its vocabulary at the service, and a context."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from subtitles.engines import catalog
from subtitles.engines.base import Options
from subtitles.jobs.work import Work
from subtitles.models import TranscriptionJob
from subtitles.retranscribe import context
from subtitles.retranscribe.pieces import Piece
from subtitles.vocabularies.accounts import WORDS, option_of
from subtitles.vocabularies.use import with_own

OptionsFor = Callable[[int, str, str], Awaitable[Mapping[str, str]]]
"""(vocabulary's id, engine, model): the option that carries its copy at the service, made or brought in step there, or
its words. Raises EngineError."""


@dataclass(frozen=True, slots=True)
class Filling:
    """Nothing that a person set is changed."""

    work: Work
    details: TranscriptionJob
    options_for: OptionsFor

    async def with_vocabulary(self, options: Options) -> Options:
        """Raises EngineError."""
        vocabulary_id, option = self.details.vocabulary_id, option_of(self.details.engine, self.details.model)
        if vocabulary_id is None or not (self._may_set(option, options) or option == WORDS):
            return options
        found = await self.options_for(vocabulary_id, self.details.engine, self.details.model)
        return replace(options, values={**options.values, **with_own(found, options.values)})

    async def with_context(self, options: Options, piece: Piece) -> Options:
        """Of the live text that of the piece."""
        if not self._may_set("context", options):
            return options
        found = await self.work.read(partial(_context, self.details, piece))
        return replace(options, values={**options.values, "context": found}) if found else options

    def _may_set(self, name: str, options: Options) -> bool:
        model = catalog.find(self.details.engine, self.details.model, realtime=False)
        return model is not None and model.option(name) is not None and name not in options.values


def _context(details: TranscriptionJob, piece: Piece) -> str:
    if details.recording is None:
        return ""
    return context.suggested(details.recording, details.vocabulary, piece.begin_ms, piece.keep_to_ms)
