"""Toy models put where a machine keeps its models."""

from __future__ import annotations

from pathlib import Path

from subtitles.engines.catalog.local_packages import package
from subtitles.engines.local.models import Installed, Models
from tests.engines.local.toy_designs import TOYS

CTC, TRANSDUCER, PARAFORMER, SENSE_VOICE = "zipformer-small-zh", "x-asr-zh-en-480ms", "paraformer-zh-en", "sense-voice"
QWEN, RECORDED_PARAFORMER, RECORDED_TRANSDUCER = "qwen3-asr-0.6b", "paraformer-zh", "zipformer-offline"
PUNCTUATION, SPEAKERS = "punctuation-zh-en", "speakers"

EVERY = (CTC, TRANSDUCER, PARAFORMER, SENSE_VOICE, QWEN, RECORDED_PARAFORMER, RECORDED_TRANSDUCER)


def install(models: Models, name: str) -> Installed:
    """The toy of the design that the catalogue's model `name` has."""
    entry = package(name)
    assert entry
    folder = models.workshop(name)
    TOYS[entry.design.value](folder)
    return models.install(entry, folder, "import")


def shop(root: Path, *names: str) -> Models:
    models = Models(root)
    for name in names or EVERY:
        install(models, name)
    return models
