"""Files that are whole or not there, whatever ends the process or the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

PART = ".part"


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to. When the block ends well the file is forced to the disk and takes its place.

    After a failure nothing is left of it; after a kill a `.part` is, which `sweep` removes. Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}-{token_hex(4)}{PART}")
    try:
        yield part
        _sync(part)
        part.replace(path)
        _sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Removes what killed processes left."""
    for part in folder.glob(f"*{PART}"):
        part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
