from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from subtitles.live.hub import Hub
from subtitles.live.store import Taken
from subtitles.live.threads import DatabaseThread


@dataclass(frozen=True, slots=True)
class Services:
    """What a broadcast needs of the process it lives in."""

    hub: Hub
    writer: DatabaseThread
    disk: Executor
    """One thread for fsync."""
    live_folder: Path
    forget: Callable[[Taken], None]
    """Called when the session is nobody's business here any more."""
