"""A toy in place of a published model: its own size and checksum, as `TOY_MODEL` names them, and everything else as the
catalogue has it."""

from __future__ import annotations

import json
import os
from dataclasses import astuple, replace

from subtitles.engines.catalog.local_packages import package
from subtitles.engines.catalog.local_types import Download, Package
from subtitles.local_models.kind import ModelDownload

VARIABLE = "TOY_MODEL"


def told(toy: Package) -> str:
    """For the environment."""
    return json.dumps([toy.name, [astuple(download) for download in toy.downloads]])


def find(name: str) -> Package | None:
    known = package(name)
    toy, downloads = json.loads(os.environ[VARIABLE])
    if known is None or name != toy:
        return known
    return replace(known, downloads=tuple(Download(*download) for download in downloads), unpacked_bytes=1_000_000)


class ToyDownload(ModelDownload):
    def __init__(self) -> None:
        super().__init__(find)
