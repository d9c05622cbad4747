"""DashScope's recognisers for recordings as an engine: tasks that are asked about later, and answers at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from subtitles.engines import catalog
from subtitles.engines.base import (
    BatchResult,
    Capabilities,
    EngineError,
    ErrorKind,
    Options,
    Pending,
    Source,
    Ticket,
)
from subtitles.engines.dashscope import addresses
from subtitles.engines.dashscope.batch_at_once import OMNI, AtOnce
from subtitles.engines.dashscope.batch_requests import PairOrder, checked_address
from subtitles.engines.dashscope.batch_tasks import FILETRANS, Tasks
from subtitles.engines.dashscope.downloads import HOSTS, Downloader, Guard
from subtitles.engines.dashscope.http import Service
from subtitles.engines.dashscope.refusals import NAME, refusal
from subtitles.engines.dashscope.uploads import Uploads


class DashScopeBatchEngine:
    """Paraformer, SenseVoice, Fun-ASR, Qwen-ASR and Qwen-Omni for recordings.

    `api_key` may be empty: then every wish is refused with what to do. `http_url` must be of the key's region;
    `compatible_url` is found from it where it is empty. `omni_model` is what Qwen-Omni is called this month.
    `streamed`: Fun-ASR-Flash tells its sentences one by one, so that all of them have times. `context_order`: who
    begins a pair of context; the other order is tried when it is refused. `loopback` lets results come from this
    machine, for tests. Seconds: `answer_seconds` for an answer, `sync_seconds` where the answer is the transcript.
    """

    def __init__(
        self,
        api_key: str = "",
        http_url: str = addresses.HTTP_URL,
        workspace: str = "",
        compatible_url: str = "",
        omni_model: str = OMNI,
        *,
        streamed: bool = True,
        context_order: PairOrder = "user",
        result_hosts: tuple[str, ...] = HOSTS,
        loopback: bool = False,
        open_seconds: float = 10.0,
        answer_seconds: float = 60.0,
        sync_seconds: float = 600.0,
    ) -> None:
        self.region = addresses.region(http_url)
        self.service = Service(http_url, api_key.strip(), workspace.strip(), open_seconds, answer_seconds)
        """For `Vocabularies` and `Phrases` of the same account."""
        guard = Guard(result_hosts, loopback)
        self._uploads = Uploads(self.service, guard)
        self._tasks = Tasks(self.service, Downloader(guard))
        slow = replace(self.service, answer_seconds=sync_seconds)
        compatible_url = compatible_url or addresses.compatible(http_url)
        self._at_once = AtOnce(slow, compatible_url.rstrip("/"), omni_model, streamed, context_order)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(realtime=False, batch=True, max_pace=1.0, interim_results=False, needs_key=True)

    def refuse(self, options: Options) -> EngineError | None:
        """Why `options` cannot be served: no key, a model or option unknown, a model of another region."""
        return refusal(self.service.key, self.region, _model(options), options)

    async def prepare(self, source: Source, options: Options) -> Source:
        """See `BatchEngine.prepare`. What fits into the request of a synchronous model stays where it is."""
        if error := self.refuse(options):
            raise error
        if source.address or source.path is None:
            return replace(source, address=checked_address(source.address))
        model = _model(options)
        size = (await asyncio.to_thread(source.path.stat)).st_size
        if size * 4 // 3 + 100 <= (model.limits.largest_inline_bytes or 0):
            return source
        name = self._at_once.name(model)
        return replace(source, address=await self._uploads.upload(name, source.path, source.container))

    async def submit(self, sources: Sequence[Source], options: Options) -> Ticket | BatchResult:
        """See `BatchEngine.submit`."""
        model = _model(options)
        most = model.limits.files_per_task or 1
        if not 0 < len(sources) <= most:
            words = f"{model.title} takes 1 to {most} recordings at a time."
            raise EngineError(ErrorKind.PARAMETERS, words, code="recordings")
        ready = [await self.prepare(source, options) for source in sources]
        if model.synchronous:
            return await self._at_once.transcribe(model, ready[0], options)
        return await self._tasks.begin(model, [source.address for source in ready], options)

    async def check(self, ticket: Ticket) -> Pending | BatchResult:
        """See `BatchEngine.check`."""
        return await self._tasks.check(ticket)

    def finds(self, model: str) -> bool:
        """Qwen-ASR's tasks do not tell what they were given, and answers at once leave nothing behind."""
        entry = catalog.find(NAME, model, realtime=False)
        return entry is not None and not entry.synchronous and entry.name != FILETRANS

    async def find(self, sources: Sequence[Source], options: Options, since: datetime) -> Ticket | None:
        """After `Unanswered`: the ticket of the submit that was made after `since`, or None if it never arrived.

        Raises:
            EngineError: that cannot be told, or (retryable) not yet.
        """
        model = _model(options)
        if not self.finds(model.name) or not all(source.address for source in sources):
            words = f"Whether {model.title} took the recording cannot be looked up."
            raise EngineError(ErrorKind.PARAMETERS, words, code="no-list")
        return await self._tasks.find(model, [checked_address(source.address) for source in sources], since)

    async def cancel(self, ticket: Ticket) -> bool:
        """Only a task that has not begun can be cancelled."""
        return await self._tasks.cancel(ticket)


def _model(options: Options) -> catalog.Model:
    """The model asked for; the catalogue's first where none is named, or (to be refused) an unknown one."""
    return catalog.find(NAME, options.model, realtime=False) or catalog.models_of(NAME, realtime=False)[0]
