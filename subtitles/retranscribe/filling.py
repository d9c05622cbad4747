"""What a job adds to its options by itself: the id of its vocabulary at the service, and a context."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from subtitles.engines import catalog
from subtitles.engines.base import Options
from subtitles.jobs.work import Work
from subtitles.models import TranscriptionJob, Vocabulary
from subtitles.retranscribe import context
from subtitles.retranscribe.pieces import Piece

RemoteId = Callable[[Vocabulary, str, str], Awaitable[str]]
"""(vocabulary, engine, model): makes the copy at the service, or brings it up to date. Raises EngineError."""
_IDS = ("vocabulary_id", "phrase_id")


@dataclass(frozen=True, slots=True)
class Filling:
    """Nothing that a person set is changed."""

    work: Work
    details: TranscriptionJob
    remote_id: RemoteId | None

    async def with_vocabulary(self, options: Options) -> Options:
        """Raises EngineError."""
        name = next((name for name in _IDS if self._may_set(name, options)), None)
        if self.details.vocabulary is None or self.remote_id is None or name is None:
            return options
        found = await self.remote_id(self.details.vocabulary, self.details.engine, self.details.model)
        return replace(options, values={**options.values, name: found})

    async def with_context(self, options: Options, piece: Piece) -> Options:
        """Of the live text that of the piece."""
        recording = self.details.recording
        if recording is None or not self._may_set("context", options):
            return options
        wanted = (recording, self.details.vocabulary, piece.begin_ms, piece.keep_to_ms)
        found = await self.work.read(partial(context.suggested, *wanted))
        return replace(options, values={**options.values, "context": found}) if found else options

    def _may_set(self, name: str, options: Options) -> bool:
        model = catalog.find(self.details.engine, self.details.model, realtime=False)
        return model is not None and model.option(name) is not None and name not in options.values
