"""Tasks that run at the service: begun with one request, asked about with others, their results fetched at the end.

Model Studio help, "Fun-ASR recorded speech recognition", "Paraformer recorded speech recognition", "Qwen-ASR API
reference", and "Asynchronous tasks".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from subtitles.engines.base import (
    BatchResult,
    EngineError,
    ErrorKind,
    Options,
    Pending,
    Ticket,
    Transcribed,
    Unanswered,
)
from subtitles.engines.catalog import Model
from subtitles.engines.dashscope import batch_requests
from subtitles.engines.dashscope.batch_answers import (
    Listed,
    Outcome,
    TaskState,
    listed,
    matched,
    matched_by_address,
    task_id,
    task_state,
)
from subtitles.engines.dashscope.batch_errors import cancelled, file_error, lost, nobody_spoke_in, unclear, understood
from subtitles.engines.dashscope.batch_parameters import wire_parameters
from subtitles.engines.dashscope.batch_reading import read
from subtitles.engines.dashscope.batch_results import MAX_RESULT_BYTES
from subtitles.engines.dashscope.downloads import Downloader
from subtitles.engines.dashscope.fields import Json, Malformed, text_of
from subtitles.engines.dashscope.http import RESOLVE_OSS, Service
from subtitles.speech import UsageReport

FILETRANS = "qwen3-asr-flash-filetrans"
_PATH = "services/audio/asr/transcription"
_ASYNC = {"X-DashScope-Async": "enable"}
_UNDONE = frozenset({"PENDING", "RUNNING", "SUSPENDED"})
_CLOCKS_MS = 60_000
_MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Tasks:
    service: Service
    downloader: Downloader

    async def begin(self, model: Model, addresses: list[str], options: Options) -> Ticket:
        """See `BatchEngine.submit`."""
        answer = await self.service.post(
            _PATH, _body(model, addresses, options), {**_ASYNC, **_resolving(addresses)}, counts=True
        )
        try:
            return Ticket(task_id(answer), model.name, tuple(addresses), text_of(answer, "request_id"))
        except Malformed as error:
            words = "DashScope's answer names no task: the recording may or may not have been accepted."
            raise Unanswered(ErrorKind.PROTOCOL, words, retryable=False, code="malformed") from error

    async def check(self, ticket: Ticket) -> Pending | BatchResult:
        """See `BatchEngine.check`."""
        with understood():
            state = task_state(await self._ask(ticket))
        match state.status:
            case "PENDING" | "SUSPENDED":
                return Pending()
            case "RUNNING":
                return Pending(running=True)
            case "SUCCEEDED" | "FAILED":
                return await self._result(ticket, state)
            case "CANCELED":
                raise cancelled(state.request_id)
            case "UNKNOWN":
                raise lost("UNKNOWN", state.request_id)
        raise unclear("task_status")

    async def cancel(self, ticket: Ticket) -> bool:
        """See `BatchEngine.cancel`."""
        try:
            await self.service.call("POST", f"tasks/{ticket.task_id}/cancel")
        except EngineError as error:
            if error.code == "UnsupportedOperation":
                return False
            raise
        return True

    async def find(self, model: Model, addresses: list[str], since: datetime) -> Ticket | None:
        """The task that took these recordings after `since`, or None if there is none.

        The list names no recordings: each task is asked about, and only one that has ended says what it was given.

        Raises:
            EngineError: the service cannot be asked, or (BUSY) a task that may be the one has not ended yet.
        """
        open_question = False
        async for candidate in self._since(model, since):
            if candidate.status in _UNDONE:
                open_question = True
                continue
            with understood():
                state = task_state(await self._ask(Ticket(candidate.task_id, model.name, ())))
            told = [outcome for outcome in state.outcomes if outcome.address]
            if len(told) == len(addresses) and all(matched_by_address(addresses, told)):
                return Ticket(candidate.task_id, model.name, tuple(addresses), state.request_id)
        if open_question:
            words = "DashScope has a task that may be this one, and that has not ended yet. Look again later."
            raise EngineError(ErrorKind.BUSY, words, code="undecided")
        return None

    async def _since(self, model: Model, since: datetime) -> AsyncIterator[Listed]:
        """Tasks of the last 24 hours, which is what the list has when no times are asked for; clocks may differ."""
        earliest = int(since.timestamp() * 1000) - _CLOCKS_MS
        page, pages = 1, 1
        while page <= min(pages, _MOST_PAGES):
            asked = {"model_name": model.name, "page_no": str(page), "page_size": "50"}
            answer = await self.service.get("tasks/", asked)
            with understood():
                entries, pages = listed(answer)
            for entry in entries:
                if entry.created_ms >= earliest:
                    yield entry
            page += 1

    async def _ask(self, ticket: Ticket) -> Json:
        """GET in newer documents and the SDK, POST in older ones."""
        path = f"tasks/{ticket.task_id}"
        try:
            return await self.service.get(path)
        except EngineError as error:
            if error.code != "HTTP 405":
                raise
        return await self.service.call("POST", path)

    async def _result(self, ticket: Ticket, state: TaskState) -> BatchResult:
        outcomes = state.outcomes
        if not outcomes:
            if state.status == "FAILED" and not nobody_spoke_in(state.code):
                raise file_error(state.code, state.message, state.request_id)
            outcomes = tuple(Outcome(address, code=state.code) for address in ticket.addresses)
        # One after the other: each may be 50 MB.
        found = [await self._recording(ticket, outcome) for outcome in matched(ticket.addresses, outcomes)]
        usage = None if state.billed_seconds is None else UsageReport(state.billed_seconds, ticket.task_id)
        return BatchResult(tuple(found), usage, state.request_id)

    async def _recording(self, ticket: Ticket, outcome: Outcome | None) -> Transcribed | EngineError:
        if outcome is None:
            return unclear("no result for this recording", retryable=False)
        if nobody_spoke_in(outcome.code):
            return Transcribed()
        if not outcome.result:
            return file_error(outcome.code, outcome.message, ticket.task_id)
        try:
            body = await self.downloader.fetch(outcome.result, MAX_RESULT_BYTES)
            return await read(body, ticket.model.startswith("sensevoice"))
        except Malformed as error:
            return unclear(error, retryable=False)
        except EngineError as error:
            # What can be fetched a moment later is not lost: the whole check is repeated then.
            if error.kind is ErrorKind.PROTOCOL:
                return error
            raise


def _body(model: Model, addresses: list[str], options: Options) -> batch_requests.Body:
    asked = wire_parameters(model, options)
    if model.name == FILETRANS:
        return batch_requests.filetrans(model.name, addresses[0], asked)
    return batch_requests.transcription(model.name, addresses, asked, str(options.values.get("phrase_id", "")))


def _resolving(addresses: list[str]) -> Mapping[str, str]:
    return RESOLVE_OSS if any(address.startswith("oss://") for address in addresses) else {}
