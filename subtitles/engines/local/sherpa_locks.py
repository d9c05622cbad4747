"""Whether a model is in use, by any process of this machine: whoever loads it holds a lock on its folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: there an open file cannot be removed anyway
    fcntl = None  # type: ignore[assignment]

_NAME = "lock"


class InUse(Exception):
    """Somebody has loaded this model."""


@contextmanager
def shared(folder: str | Path) -> Iterator[None]:
    """Raises InUse while the model is being removed."""
    with _locked(Path(folder), exclusive=False):
        yield


@contextmanager
def exclusive(folder: str | Path) -> Iterator[None]:
    """Raises InUse."""
    with _locked(Path(folder), exclusive=True):
        yield


@contextmanager
def _locked(folder: Path, *, exclusive: bool) -> Iterator[None]:
    if fcntl is None:
        yield
        return
    lock = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise InUse(folder.name) from None
    finally:
        os.close(lock)
