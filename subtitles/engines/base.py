"""The seam between audio and results. Nothing here knows Django, a socket or a provider."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from subtitles.speech import AudioFormat, FinalResult, Result, UsageReport

OptionValue = str | int | float | bool | list[str] | list[int]


class ErrorKind(StrEnum):
    KEY = "key"
    """The key is missing, wrong, expired or of another region."""
    QUOTA = "quota"
    """No rights, nothing left, or a bill is overdue."""
    PARAMETERS = "parameters"
    """The engine does not take this model, language or option."""
    BUSY = "busy"
    """Try again later: rate limit, overload, no free worker."""
    NETWORK = "network"
    """The connection or the worker broke, or went silent."""
    PROTOCOL = "protocol"
    """The other side said something that cannot be understood."""


class EngineError(Exception):
    """The only exception an engine raises.

    `retryable` says whether the same request may succeed later; `retry_after` is in seconds where the engine said so.
    `code` and `request_id` are the provider's own, for the log; `str()` is one sentence without keys or speech.
    """

    def __init__(
        self,
        kind: ErrorKind,
        message: str,
        *,
        retryable: bool | None = None,
        retry_after: float | None = None,
        code: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retryable = kind in _RETRYABLE if retryable is None else retryable
        self.retry_after = retry_after
        self.code = code
        self.request_id = request_id


class LostTicket(EngineError):
    """The service no longer knows this ticket, or has thrown its results away: only submitting again helps."""


class TooBig(EngineError):
    """The service's storage takes no file of this size now; one of `most_bytes` it would take. Nothing was sent."""

    def __init__(self, message: str, *, most_bytes: int, code: str = "") -> None:
        super().__init__(ErrorKind.PARAMETERS, message, code=code)
        self.most_bytes = most_bytes


class Unanswered(EngineError):
    """A submit whose answer never came or makes no sense: it may have arrived, and be billed."""


_RETRYABLE = frozenset({ErrorKind.BUSY, ErrorKind.NETWORK, ErrorKind.PROTOCOL})


@dataclass(frozen=True, slots=True)
class Options:
    """What a room asks of an engine. `values` are catalogue options by name, already checked."""

    model: str = ""
    language: str = ""
    """BCP 47 tag of what is spoken (`en`, `zh-CN`), empty = let the engine find out."""
    values: Mapping[str, OptionValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do, asked before any audio flows."""

    realtime: bool
    batch: bool
    max_pace: float
    """How many times faster than speech the engine may be fed when it has to catch up."""
    formats: tuple[AudioFormat, ...] = (AudioFormat(),)
    languages: frozenset[str] = frozenset()
    """Primary language subtags (`en`, `zh`); empty = any."""
    interim_results: bool = True
    word_times: bool = True
    needs_key: bool = False


class RealtimeStream(Protocol):
    """One recognition of one stretch of audio. Disposable: after a break open another.

    Times count from the first sample sent. Finals are ordered, do not overlap, are never empty and have an end. One
    interim is open at a time; a final closes it. Iteration ends normally after `finish()`, or earlier when the engine
    ended a stream in which nobody spoke; any other end raises `EngineError`. `send` and iteration run in two tasks.
    """

    @property
    def format(self) -> AudioFormat: ...

    async def send(self, pcm: bytes) -> None:
        """Takes at most 100 ms of PCM in `format`; waiting here is back-pressure. Raises EngineError."""

    async def finish(self) -> None:
        """No more audio comes: the engine flushes what it has."""

    def __aiter__(self) -> AsyncIterator[Result]: ...


class RealtimeEngine(Protocol):
    @property
    def capabilities(self) -> Capabilities: ...

    def open(self, options: Options) -> AbstractAsyncContextManager[RealtimeStream]:
        """Entering it returns when the engine has accepted the stream, or raises EngineError; leaving it ends within
        1 s, whatever the engine does. The constructor and this call start nothing."""


class Refusal(Protocol):
    """Engines that cannot run here, or not with these options, say so before audio flows."""

    def refuse(self, options: Options) -> EngineError | None:
        """Why this engine cannot serve `options` on this machine now, or None. Cheap: no network, no model loading."""


# --- recordings


@dataclass(frozen=True, slots=True)
class Source:
    """One recording to be transcribed: a file here, or an address that the engine's service can reach."""

    path: Path | None = None
    address: str = ""
    """`https:`, `http:`, or whatever `BatchEngine.prepare` made of the file."""
    container: str = "wav"
    """As the catalogue names it (`Model.formats`)."""
    sample_rate: int = 16_000


@dataclass(frozen=True, slots=True)
class Ticket:
    """What to ask a service by, once it has taken a task. Plain data: `as_json` and `from_json` keep it for later."""

    task_id: str
    model: str
    addresses: tuple[str, ...]
    """Of the recordings, in the order of submitting."""
    request_id: str = ""

    def as_json(self) -> dict[str, str | list[str]]:
        addresses = list(self.addresses)
        return {"task": self.task_id, "model": self.model, "addresses": addresses, "request": self.request_id}

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> Ticket:
        addresses = kept["addresses"]
        if not isinstance(addresses, list):
            raise TypeError("addresses")
        return cls(str(kept["task"]), str(kept["model"]), tuple(map(str, addresses)), str(kept["request"]))


@dataclass(frozen=True, slots=True)
class Pending:
    """Not done yet. `running`: the service has begun; before that a task can still be cancelled."""

    running: bool = False


@dataclass(frozen=True, slots=True)
class Transcribed:
    """What was said in one recording. Nobody spoke: all of it is empty.

    `sentences` are ordered by their begin, each with its channel where several were asked for; times count from the
    recording's first sample. A model that tells no times leaves it empty and gives `untimed` sentences instead.
    """

    sentences: Sequence[FinalResult] = ()
    untimed: tuple[str, ...] = ()
    language: str = ""
    emotion: str = ""
    spoken_ms: int | None = None
    """What the service counts as speech, all channels together: this is what it bills."""
    duration_ms: int | None = None
    """Of the recording, as the service measured it."""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The outcome for each recording, in the order of submitting: what was said, or why that is not known."""

    recordings: tuple[Transcribed | EngineError, ...]
    usage: UsageReport | None = None
    """None where the service does not say what it bills."""
    request_id: str = ""


class BatchEngine(Protocol):
    """Transcribes recordings. Constructors start nothing; nobody else counts how often a service may be asked."""

    async def prepare(self, source: Source, options: Options) -> Source:
        """Brings a file to where the service can read it. Costs nothing but time, and may be repeated.

        Raises:
            TooBig: smaller pieces of it can be brought there.
            EngineError: it cannot be brought there now.
        """

    async def submit(self, sources: Sequence[Source], options: Options) -> Ticket | BatchResult:
        """Hands the recordings over; a model that answers at once returns the result. `sources` are prepared first
        where that was not done.

        Raises:
            Unanswered: nobody knows whether the service took it.
            EngineError: it did not.
        """

    async def check(self, ticket: Ticket) -> Pending | BatchResult:
        """Raises LostTicket, or EngineError: the task failed as a whole, or (retryable) could not be asked about."""

    async def cancel(self, ticket: Ticket) -> bool:
        """Whether the task will not run. Raises EngineError."""
