"""A model from its publishers to this machine: room on the disk, files, checksums, unpacking, its place.

Whatever cuts it short, kill -9 too: the next attempt goes on with what is on the disk.
"""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.catalog.local_types import Download, Package
from subtitles.engines.local.downloads import Fetcher
from subtitles.engines.local.extraction import BadArchive, unpack
from subtitles.engines.local.models import Incomplete, Models
from subtitles.engines.local.sherpa_locks import InUse, exclusive

Tell = Callable[[str, int], Awaitable[None]]
"""Hears `downloading` or `unpacking`, and how many percent; may raise to stop."""
TELL_EVERY_S = 1.0
FETCHED_PERCENT = 90
"""The rest is for checking and unpacking."""


@dataclass(frozen=True)
class Delivery:
    models: Models
    mirror: str = ""
    reserve_bytes: int = 0
    """What has to stay free on the disk: recordings need it."""

    async def bring(self, wanted: Package, tell: Tell) -> None:
        """Raises EngineError: `network` and `busy` are worth another try; OSError; and what `tell` raises."""
        if not wanted.is_downloadable:
            raise _failed("This model cannot be downloaded; import it from a folder.", "not-downloadable")
        if await asyncio.to_thread(self.models.find, wanted.name):
            return
        parts = self._fetcher(wanted).parts
        parts.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with exclusive(parts):
                await self._bring(wanted, tell)
        except InUse:
            words = "Another process is fetching this model just now."
            raise EngineError(ErrorKind.BUSY, words, code="fetched-elsewhere") from None
        await asyncio.to_thread(self.forget, wanted)

    def forget(self, wanted: Package) -> None:
        """What came of it so far goes."""
        shutil.rmtree(self._fetcher(wanted).parts, ignore_errors=True)

    def _fetcher(self, wanted: Package) -> Fetcher:
        return Fetcher(self.models.root / ".parts" / wanted.name, self.mirror)

    async def _bring(self, wanted: Package, tell: Tell) -> None:
        fetcher = self._fetcher(wanted)
        await asyncio.to_thread(self._check_space, wanted, fetcher)
        progress = _Progress(wanted)
        fetching = asyncio.create_task(_fetch(wanted, fetcher, progress))
        await _watched(fetching, fetching.cancel, lambda: tell("downloading", progress.percent))
        await tell("unpacking", FETCHED_PERCENT)
        stop = threading.Event()
        work = partial(self._put_together, wanted, fetcher, lambda: not stop.is_set())
        unpacking = asyncio.create_task(asyncio.to_thread(work))
        await _watched(unpacking, stop.set, lambda: tell("unpacking", FETCHED_PERCENT))

    def _check_space(self, wanted: Package, fetcher: Fetcher) -> None:
        missing = sum(download.size - min(fetcher.have(download), download.size) for download in wanted.downloads)
        needed = missing + wanted.unpacked_bytes + self.reserve_bytes
        free = shutil.disk_usage(self.models.root).free
        if free < needed:
            words = f"The disk is too full: {needed // 10**6} MB are needed, {free // 10**6} MB are free."
            raise _failed(words, "disk-full")

    def _put_together(self, wanted: Package, fetcher: Fetcher, go_on: Callable[[], bool]) -> None:
        folder = self.models.workshop(wanted.name)
        try:
            for download in wanted.downloads:
                _place(download, fetcher.part(download), folder, wanted.unpacked_bytes, go_on)
            self.models.install(wanted, folder, "download")
        except BadArchive as error:
            raise _failed(f"The archive cannot be unpacked: {error}.", "bad-archive") from error
        except Incomplete as error:
            raise _failed(f"The archive lacks files: {error}.", "incomplete") from error


class _Progress:
    def __init__(self, wanted: Package) -> None:
        self._size = wanted.size
        self._complete = 0
        """Bytes of the files before this one."""
        self._have = 0

    @property
    def percent(self) -> int:
        return FETCHED_PERCENT * (self._complete + self._have) // self._size

    def note(self, have: int) -> None:
        self._have = have

    def next(self, download: Download) -> None:
        self._complete += download.size
        self._have = 0


async def _fetch(wanted: Package, fetcher: Fetcher, progress: _Progress) -> None:
    for download in wanted.downloads:
        await fetcher.fetch(download, progress.note)
        progress.next(download)


def _place(download: Download, part: Path, folder: Path, unpacked_bytes: int, go_on: Callable[[], bool]) -> None:
    target = folder / download.name
    if download.is_archive:
        target.mkdir(parents=True, exist_ok=True)
        unpack(part, target, unpacked_bytes, go_on)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(part, target)


async def _watched(doing: asyncio.Task[None], stop: Callable[[], object], tell: Callable[[], Awaitable[None]]) -> None:
    """Tells every second, also while nothing moves; stops it where `tell` raises or this is cancelled."""
    try:
        while not doing.done():
            await asyncio.wait({doing}, timeout=TELL_EVERY_S)
            await tell()
    finally:
        stop()
        await asyncio.gather(doing, return_exceptions=True)
    doing.result()


def _failed(words: str, code: str) -> EngineError:
    return EngineError(ErrorKind.PARAMETERS, words, code=code)
