"""Engines by name: `settings.ENGINES` says which class and with what options. A class is imported on first use only."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from subtitles.engines.base import EngineError, ErrorKind, RealtimeEngine


def names() -> tuple[str, ...]:
    return tuple(settings.ENGINES)


def get(name: str) -> RealtimeEngine:
    """The engine of that name, one object for the whole process.

    Raises:
        EngineError: PARAMETERS, if no engine has that name or what it needs is not installed.
    """
    if name not in settings.ENGINES:
        words = f"There is no engine “{name}”; there are: {', '.join(names()) or 'none'}."
        raise EngineError(ErrorKind.PARAMETERS, words, code="engine")
    return _made(name)


@cache
def _made(name: str) -> RealtimeEngine:
    entry = settings.ENGINES[name]
    try:
        engine = import_string(entry["class"])
    except ImportError as error:
        words = f"Engine “{name}” cannot be loaded: {error}."
        raise EngineError(ErrorKind.PARAMETERS, words, code="engine") from error
    return cast(RealtimeEngine, engine(**entry.get("options", {})))


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "ENGINES":
        _made.cache_clear()


setting_changed.connect(_forget)
