"""A disk that can be filled: a small file system where this user may mount one, else a limit on file sizes."""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from tests.faults.product import Product

SIZE = 40 << 20
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


class SmallDisk(Protocol):
    def fill(self, product: Product, leaving: int) -> None:
        """From now on the product can write about `leaving` bytes more."""

    def free(self, product: Product) -> None:
        """There is space again."""


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """`folder` must not exist yet."""
    folder.mkdir(mode=0o700)
    mount = ["/bin/mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        yield LimitedFiles()
        return
    try:
        yield SmallFileSystem(folder)
    finally:
        subprocess.run(["/bin/umount", "--lazy", str(folder)], check=True)


class SmallFileSystem:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ballast = folder / "ballast"

    def fill(self, product: Product, leaving: int) -> None:
        size = shutil.disk_usage(self._folder).free - leaving
        self._ballast.write_bytes(bytes(size))

    def free(self, product: Product) -> None:
        self._ballast.unlink()


class LimitedFiles:
    """The kernel refuses what would make any file of the process longer: for its audio that is the same."""

    def fill(self, product: Product, leaving: int) -> None:
        longest = max(path.stat().st_size for path in product.folder.rglob("*.pcm"))
        resource.prlimit(product.pid, resource.RLIMIT_FSIZE, (longest + leaving, resource.RLIM_INFINITY))

    def free(self, product: Product) -> None:
        resource.prlimit(product.pid, resource.RLIMIT_FSIZE, UNLIMITED)
