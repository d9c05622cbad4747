"""Models that run on this machine: what has to be fetched, from where, and under which licence.

Sizes, checksums and figures are those that their publishers and users name; none was measured here. Only what has both
a size and a checksum can be downloaded; the rest can be imported from a folder.
"""

from __future__ import annotations

from subtitles.engines.catalog.local_extras import EXTRAS
from subtitles.engines.catalog.local_live import LIVE
from subtitles.engines.catalog.local_recorded import BATCH
from subtitles.engines.catalog.local_types import Package

PACKAGES = (*LIVE, *BATCH, *EXTRAS)


def package(name: str) -> Package | None:
    return next((known for known in PACKAGES if known.name == name), None)
