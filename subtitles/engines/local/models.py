"""Models on this machine's disk: `<root>/<name>/<sha256>/` with their files and a manifest. Blocks.

A folder has its name only when everything in it is there and was checked.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from subtitles.engines.catalog.local_packages import PACKAGES
from subtitles.engines.catalog.local_types import DISPENSABLE, Package
from subtitles.engines.local.checksums import digest
from subtitles.engines.local.sherpa_locks import exclusive
from subtitles.engines.local.sherpa_plan import Part

MANIFEST = "manifest.json"


class Incomplete(Exception):
    """Files that the model needs are not there; the message names them."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A model on this machine."""

    name: str
    folder: Path
    sha256: str
    files: Mapping[str, tuple[int, str]]
    origin: str
    """`download` or `import`."""

    @property
    def size(self) -> int:
        return sum(size for size, _ in self.files.values())

    def part(self, package: Package) -> Part:
        """How it is loaded. Raises Incomplete."""
        return Part(package.design.value, str(self.folder), roles(package, self.files), self.files)


class Models:
    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, name: str) -> Installed | None:
        return next((found for folder in self._folders(name) if (found := _read(name, folder))), None)

    def all(self) -> dict[str, Installed]:
        found = ((package.name, self.find(package.name)) for package in PACKAGES)
        return {name: installed for name, installed in found if installed}

    def workshop(self, name: str) -> Path:
        """An empty folder on the same disk, where a model is put together; what an earlier attempt left is gone."""
        path = self.root / name / ".new"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(mode=0o700, parents=True)
        return path

    def install(self, package: Package, folder: Path, origin: str) -> Installed:
        """Gives a workshop its place, at once or not at all. Raises Incomplete, OSError."""
        files = {
            path.relative_to(folder).as_posix(): (path.stat().st_size, digest(path))
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name not in (MANIFEST, "lock")
        }
        roles(package, files)
        sha256 = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
        made = Installed(package.name, self.root / package.name / sha256, sha256, files, origin)
        _write(folder / MANIFEST, made)
        if made.folder.exists():
            shutil.rmtree(folder)
        else:
            folder.rename(made.folder)
        return made

    def remove(self, name: str) -> bool:
        """False = it was not there. Raises InUse, OSError."""
        removed = False
        for folder in self._folders(name):
            with exclusive(folder):
                (folder / MANIFEST).unlink(missing_ok=True)
                shutil.rmtree(folder)
            removed = True
        shutil.rmtree(self.root / name, ignore_errors=True)
        return removed

    def _folders(self, name: str) -> list[Path]:
        home = self.root / name
        return sorted(path for path in home.iterdir() if not path.name.startswith(".")) if home.is_dir() else []


def roles(package: Package, files: Mapping[str, object]) -> dict[str, str]:
    """Which file does what. Raises Incomplete."""
    found = {role: _first(patterns, files) for role, patterns in package.roles.items()}
    missing = [package.roles[role][0] for role, path in found.items() if path is None and role not in DISPENSABLE]
    if missing:
        raise Incomplete(", ".join(missing))
    return {role: path for role, path in found.items() if path is not None}


def _first(patterns: tuple[str, ...], files: Mapping[str, object]) -> str | None:
    matches = (name for pattern in patterns for name in sorted(files) if fnmatchcase(name, pattern))
    return next(matches, None)


def _read(name: str, folder: Path) -> Installed | None:
    try:
        kept = json.loads((folder / MANIFEST).read_text("utf-8"))
        files = {str(path): (int(size), str(sha256)) for path, (size, sha256) in kept["files"].items()}
        return Installed(name, folder, folder.name, files, str(kept["origin"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write(path: Path, made: Installed) -> None:
    fields = {name: value for name, value in asdict(made).items() if name != "folder"}
    with path.open("w", encoding="utf-8") as file:
        json.dump(fields, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
