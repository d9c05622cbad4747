"""Whose services keep lists of hot words, and by which option a model is given one, or the words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from subtitles.engines import catalog
from subtitles.engines.catalog import Model
from subtitles.engines.dashscope import addresses
from subtitles.engines.dashscope.http import Service
from subtitles.engines.dashscope.refusals import NAME
from subtitles.secrets import digest

WORDS = "hotwords"
"""Models on this machine are given the words themselves."""
OPTIONS = ("vocabulary_id", "phrase_id", WORDS)
"""Later generations have the first, the first generation has the other ("Paraformer实时语音识别Python SDK")."""


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of the lists belongs to it: another key, or another region, sees others."""

    engine: str
    digest: str
    region: str
    service: Service = field(repr=False)


def current(engine: str) -> Account | None:
    """The account that the settings name, or None: no hot words there, or no key."""
    if engine != NAME:
        return None
    options: dict[str, Any] = (settings.BATCH_ENGINES.get(engine) or settings.ENGINES.get(engine) or {}).get(
        "options", {}
    )
    key = str(options.get("api_key", "")).strip()
    if not key:
        return None
    url = str(options.get("http_url", addresses.HTTP_URL))
    service = Service(url, key, str(options.get("workspace", "")).strip(), answer_seconds=20.0)
    return Account(engine, digest(key)[:16], addresses.region(url), service)


def entry(engine: str, model: str) -> Model | None:
    """The model in the catalogue, live or for recordings; a room that names none has the engine's best."""
    if not model:
        return next(iter(catalog.models_of(engine)), None)
    return catalog.find(engine, model) or catalog.find(engine, model, realtime=False)


def option_of(engine: str, model: str) -> str:
    """Which option carries a list to this model; empty = it takes no hot words."""
    found = entry(engine, model)
    return next((name for name in OPTIONS if found and found.option(name)), "")
