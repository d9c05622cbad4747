"""Which files a worker has to load for a choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.catalog.local_extras import EXTRAS
from subtitles.engines.catalog.local_types import Package, Use
from subtitles.engines.local.models import Incomplete, Models
from subtitles.engines.local.sherpa_plan import Part, Plan


def plan(
    models: Models,
    package: Package,
    *,
    threads: int = 1,
    beam: bool = False,
    speakers: bool = False,
    values: Mapping[str, Any] | None = None,
) -> Plan:
    """Raises EngineError: something that it needs is not on this machine."""
    return Plan(
        _part(models, package),
        threads,
        beam,
        None if package.punctuated else _extra(models, Use.PUNCTUATION, package),
        _speakers(models) if speakers else None,
        values or {},
    )


def _part(models: Models, package: Package) -> Part:
    installed = models.find(package.name)
    try:
        if installed:
            return installed.part(package)
    except Incomplete as missing:
        raise _refused(f"The model “{package.name}” lacks files: {missing}.") from missing
    raise _refused(f"The model “{package.name}” is not on this machine.")


def _extra(models: Models, use: Use, package: Package) -> Part | None:
    """The first helper on this machine that understands all the model's languages or is for any."""
    wanted = set(package.languages) - {"yue"}
    helpers = (extra for extra in EXTRAS if extra.use is use and models.find(extra.name))
    return next((_part(models, extra) for extra in helpers if wanted <= set(extra.languages)), None)


def _speakers(models: Models) -> Part:
    for extra in EXTRAS:
        if extra.use is Use.SPEAKERS and models.find(extra.name):
            return _part(models, extra)
    raise _refused("Telling speakers apart needs “speakers” on this machine. Fetch it on the models page.")


def _refused(words: str) -> EngineError:
    return EngineError(ErrorKind.PARAMETERS, words, code="not-installed")
