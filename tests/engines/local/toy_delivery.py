"""A toy model as its publishers would offer it: an archive, or files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from subtitles.engines.catalog.local_packages import package
from subtitles.engines.catalog.local_types import Download, Package
from tests.engines.local.mirror import Member, archive
from tests.engines.local.toy_designs import TOYS

HOST = "https://github.com"


def offer(
    name: str, folder: Path, *, packed: bool = True, more: Sequence[Member] = ()
) -> tuple[Package, dict[str, bytes]]:
    """The catalogue's entry with the toy's own sizes and checksums, and what a mirror has to serve. `more` goes into
    the archive."""
    entry = package(name)
    assert entry
    folder.mkdir(parents=True, exist_ok=True)
    TOYS[entry.design.value](folder)
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    if packed:
        files = {"": archive(folder, *more)}
    downloads = tuple(_download(name, file, content) for file, content in files.items())
    served = {download.path: files[download.name] for download in downloads}
    return replace(entry, downloads=downloads, unpacked_bytes=1_000_000), served


def _download(name: str, file: str, content: bytes) -> Download:
    sha256 = hashlib.sha256(content).hexdigest()
    return Download(HOST, f"/toys/{name}/{file or 'model.tar.bz2'}", len(content), sha256, file)
