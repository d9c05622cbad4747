"""Unpacking a `.tar.bz2`: plain files only, inside their folder only, no more than was promised. Blocks."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

BLOCK = 1 << 20
MOST_FILES = 2_000
SLACK = 1.5
"""Times what the catalogue says is unpacked: its figures are rounded."""
LEAST_BYTES = 64 << 20
_NOT_NEEDED = ("test_wavs",)


class BadArchive(Exception):
    """It holds what no model's archive holds; the message says what."""


class Stopped(Exception):
    """Somebody wanted it to stop."""


def unpack(archive: Path, folder: Path, unpacked_bytes: int, go_on: Callable[[], bool] = lambda: True) -> None:
    """Everything in the archive's one folder goes to `folder`. Raises BadArchive, Stopped, OSError."""
    left = max(LEAST_BYTES, round(unpacked_bytes * SLACK))
    try:
        with tarfile.open(archive, "r|bz2") as tar:
            for member in _files(tar):
                if not go_on():
                    raise Stopped
                left -= member.size
                if left < 0:
                    raise BadArchive("more than it should hold")
                content = tar.extractfile(member)
                if content and (path := _place(member.name)):
                    _write(content, folder / path, go_on)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BadArchive("it is damaged") from error


def _files(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for number, member in enumerate(tar):
        if number >= MOST_FILES:
            raise BadArchive("too many files")
        if not member.isdir() and not member.isreg():
            raise BadArchive(f"a link or a device: {member.name[:80]!r}")
        path = PurePosixPath(member.name)
        if path.is_absolute() or ".." in path.parts or "\\" in member.name or "\0" in member.name:
            raise BadArchive(f"a path that leads out of it: {member.name[:80]!r}")
        if member.isreg():
            yield member


def _place(name: str) -> PurePosixPath | None:
    """Without the folder that all of it lies in; None for what is not needed."""
    parts = [part for part in PurePosixPath(name).parts if part != "."]
    inside = parts[1:] if len(parts) > 1 else parts
    if not inside or inside[0] in _NOT_NEEDED or inside[0].startswith("."):
        return None
    return PurePosixPath(*inside)


def _write(content: IO[bytes], path: Path, go_on: Callable[[], bool]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as file:
        while block := content.read(BLOCK):
            if not go_on():
                raise Stopped
            file.write(block)
