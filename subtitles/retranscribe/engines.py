"""Engines for recordings by name (`settings.BATCH_ENGINES`), and what asking them costs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol, cast, runtime_checkable

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from subtitles.engines import catalog
from subtitles.engines.base import BatchEngine, BatchResult, EngineError, ErrorKind, Options, Source, Ticket
from subtitles.secrets import digest


@runtime_checkable
class Finds(Protocol):
    """A service that can be asked what it took."""

    def finds(self, model: str) -> bool:
        """Whether it can be asked about this model."""

    async def find(self, sources: Sequence[Source], options: Options, since: datetime) -> Ticket | None:
        """The ticket of a submit whose answer never came, or None if the service knows of none. Raises EngineError."""


@runtime_checkable
class Tells(Protocol):
    """An engine on this machine: it works while it is waited for, and says how far it is."""

    async def transcribe(
        self, sources: Sequence[Source], options: Options, tell: Callable[[int], Awaitable[None]]
    ) -> BatchResult:
        """As `BatchEngine.submit`; `tell` hears each percent, and may raise to stop it. Raises EngineError: `busy`
        where all places are taken."""


def get(name: str) -> BatchEngine:
    """The engine of that name, one object for the whole process. Raises EngineError."""
    if name not in settings.BATCH_ENGINES:
        words = f"There is no engine “{name}” for recordings."
        raise EngineError(ErrorKind.PARAMETERS, words, code="engine")
    return _made(name)


@cache
def _made(name: str) -> BatchEngine:
    entry = settings.BATCH_ENGINES[name]
    return cast(BatchEngine, import_string(entry["class"])(**entry.get("options", {})))


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "BATCH_ENGINES":
        _made.cache_clear()


setting_changed.connect(_forget)


def limits(engine: str, model: str) -> catalog.Limits:
    entry = catalog.find(engine, model, realtime=False)
    return entry.limits if entry else catalog.Limits()


def is_free(engine: str, model: str) -> bool:
    """Whether nobody bills for it: then a submit whose outcome is unknown is simply repeated."""
    entry = catalog.find(engine, model, realtime=False)
    return entry is not None and not entry.prices


def can_be_looked_up(engine: str, model: str) -> bool:
    """Whether the service can be asked what it took of a submit whose answer was lost."""
    try:
        made = get(engine)
    except EngineError:
        return False
    return isinstance(made, Finds) and made.finds(model)


def has_times(engine: str, model: str) -> bool:
    """Whether its results say when something was said."""
    entry = catalog.find(engine, model, realtime=False)
    return entry is None or entry.features.get("timestamps") is not catalog.Feature.OFF


def bucket(engine: str, model: str, call: str) -> str:
    """The provider counts by account and model; whoever has the same key shares the limit."""
    options = settings.BATCH_ENGINES.get(engine, {}).get("options", {})
    return f"{engine}:{digest(str(options.get('api_key', '')))[:16]}:{model}:{call}"
