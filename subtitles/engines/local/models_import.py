"""A model from a folder of this machine: for machines without a network, and for models without a published checksum.

Only files that the model needs are copied, and only what sherpa-onnx really loads is kept.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.catalog.local_types import Design, Package
from subtitles.engines.local.checksums import digest
from subtitles.engines.local.models import Incomplete, Installed, Models, roles
from subtitles.engines.local.sherpa_plan import Part, Plan
from subtitles.engines.local.sherpa_pool import Workers

MOST_FILES = 5_000


async def bring_in(models: Models, package: Package, source: Path) -> Installed:
    """Raises EngineError: files are missing, are not the published ones, or cannot be loaded. OSError."""
    folder = await asyncio.to_thread(models.workshop, package.name)
    try:
        await asyncio.to_thread(_copy, package, source, folder)
        await _try(_unchecked(package, folder))
    except (EngineError, OSError):
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        raise
    return await asyncio.to_thread(models.install, package, folder, "import")


async def check(installed: Installed, package: Package) -> None:
    """Sizes, checksums, and whether it can be loaded. Raises EngineError."""
    try:
        await _try(installed.part(package))
    except Incomplete as missing:
        raise _refused(f"Files are missing: {missing}.") from missing


async def _try(part: Part) -> None:
    """In a process of its own, which a bad file may end."""
    async with Workers().worker(Plan(part)):
        pass


def _copy(package: Package, source: Path, folder: Path) -> None:
    found = _names(source)
    try:
        wanted = set(roles(package, found).values())
    except Incomplete as missing:
        raise _refused(f"The folder lacks files of this model: {missing}.") from missing
    if package.design is Design.QWEN:
        wanted |= {name for name in found if name.startswith("tokenizer/")}
    published = {download.name: download for download in package.downloads if not download.is_archive}
    for name in sorted(wanted):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, folder / name)
        if name in published and digest(folder / name) != published[name].sha256:
            raise _refused(f"The file {name} is not the published one: its checksum is another.")


def _names(source: Path) -> dict[str, None]:
    if not source.is_dir():
        raise _refused(f"{source} is no folder.")
    paths = [path for path in sorted(source.rglob("*")) if path.is_file()]
    if len(paths) > MOST_FILES:
        raise _refused("The folder holds too many files for a model.")
    return dict.fromkeys(path.relative_to(source).as_posix() for path in paths)


def _unchecked(package: Package, folder: Path) -> Part:
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return Part(package.design.value, str(folder), roles(package, dict.fromkeys(files)), {})


def _refused(words: str) -> EngineError:
    return EngineError(ErrorKind.PARAMETERS, words, code="import")
