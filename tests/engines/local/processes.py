"""Watching processes that are not children of this one."""

from __future__ import annotations

import os
import select
from pathlib import Path


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Watch:
    """Sees a process end, even one that somebody else started. Linux."""

    def __init__(self, pid: int) -> None:
        self._descriptor = os.pidfd_open(pid)

    def ended(self, timeout: float) -> bool:
        try:
            return bool(select.select([self._descriptor], [], [], timeout)[0])
        finally:
            os.close(self._descriptor)


def children() -> set[int]:
    """Processes that the main thread of this one started and has not reaped. Linux."""
    path = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return {int(pid) for pid in path.read_text("ascii").split()}
