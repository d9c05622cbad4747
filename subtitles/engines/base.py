"""The seam between audio and results. Nothing here knows Django, a socket or a provider."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from subtitles.speech import AudioFormat, Result

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
