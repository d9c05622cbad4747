"""The job that brings a model to this machine. Its key is the model's name."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from subtitles.engines.catalog.local_packages import package
from subtitles.engines.catalog.local_types import Download, Package
from subtitles.engines.local.downloads import Fetcher
from subtitles.engines.local.extraction import BadArchive, Stopped, unpack
from subtitles.engines.local.models import Incomplete, Models
from subtitles.jobs.kinds import Lane
from subtitles.jobs.steps import JobFailed, Next, State
from subtitles.jobs.work import Work

KIND = "download"
TELL_EVERY_S = 1.0
FETCHED_PERCENT = 90
"""The rest of the bar is for checking and unpacking."""


class ModelDownload:
    """queued → done. A step that is cut short, by kill -9 too, goes on with what is on the disk."""

    lanes = (Lane(at_once=2),)

    def __init__(self, find: Callable[[str], Package | None] = package) -> None:
        self._find = find

    async def advance(self, work: Work) -> Next:
        wanted = self._wanted(work)
        models, fetcher = store(), fetcher_of_settings()
        if await asyncio.to_thread(models.find, wanted.name):
            return Next(State.DONE, percent=100)
        await asyncio.to_thread(_check_space, wanted, models.root, fetcher)
        await self._fetch(work, wanted, fetcher)
        await work.progress("unpacking", FETCHED_PERCENT)
        await _stoppable(work, lambda go_on: _put_together(wanted, models, fetcher, go_on))
        return Next(State.DONE, percent=100)

    async def cancel(self, work: Work) -> Next:
        return Next(State.CANCELLED)

    async def clean_up(self, work: Work) -> None:
        """What came before a failure stays: asking again goes on from there."""
        wanted = self._find(work.job.key)
        if wanted and work.state != State.FAILED:
            for download in wanted.downloads:
                await asyncio.to_thread(fetcher_of_settings().discard, download)

    def _wanted(self, work: Work) -> Package:
        found = self._find(work.job.key)
        if found is None or not found.is_downloadable:
            raise JobFailed("parameters", "not-downloadable", "This model cannot be downloaded.")
        return found

    async def _fetch(self, work: Work, wanted: Package, fetcher: Fetcher) -> None:
        progress = _Progress(work, wanted.size)
        for download in wanted.downloads:
            await fetcher.fetch(download, progress.tell)
            progress.before += download.size


class _Progress:
    """Bytes become percent, once a second at most."""

    def __init__(self, work: Work, size: int) -> None:
        self.before = 0
        """Bytes of the files that are complete."""
        self._work = work
        self._size = size
        self._told_at = float("-inf")

    async def tell(self, have: int) -> None:
        now = time.monotonic()
        if now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            await self._work.progress("downloading", FETCHED_PERCENT * (self.before + have) // self._size)


def store() -> Models:
    return Models(settings.SUBTITLES_MODELS_DIR)


def fetcher_of_settings() -> Fetcher:
    return Fetcher(settings.SUBTITLES_MODELS_DIR / ".parts", settings.SUBTITLES_MODEL_MIRROR)


def _check_space(wanted: Package, root: Path, fetcher: Fetcher) -> None:
    """Raises JobFailed."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    missing = sum(download.size - min(fetcher.have(download), download.size) for download in wanted.downloads)
    needed = missing + wanted.unpacked_bytes + settings.SUBTITLES_MIN_FREE_BYTES
    free = shutil.disk_usage(root).free
    if free < needed:
        words = f"The disk is too full: {needed // 10**6} MB are needed, {free // 10**6} MB are free."
        raise JobFailed("storage", "disk-full", words)


def _put_together(wanted: Package, models: Models, fetcher: Fetcher, go_on: Callable[[], bool]) -> None:
    folder = models.workshop(wanted.name)
    try:
        for download in wanted.downloads:
            _place(download, fetcher.part(download), folder, wanted.unpacked_bytes, go_on)
        models.install(wanted, folder, "download")
    except BadArchive as error:
        raise JobFailed("protocol", "bad-archive", f"The archive cannot be unpacked: {error}.") from error
    except Incomplete as error:
        raise JobFailed("protocol", "incomplete", f"The archive lacks files: {error}.") from error


def _place(download: Download, part: Path, folder: Path, unpacked_bytes: int, go_on: Callable[[], bool]) -> None:
    target = folder / download.name
    if download.is_archive:
        target.mkdir(parents=True, exist_ok=True)
        unpack(part, target, unpacked_bytes, go_on)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(part, target)


async def _stoppable(work: Work, do: Callable[[Callable[[], bool]], None]) -> None:
    """Runs it in a thread, and stops it when the job is to stop."""
    stop = threading.Event()
    doing = asyncio.create_task(asyncio.to_thread(do, lambda: not stop.is_set()))
    try:
        while not doing.done():
            await asyncio.wait({doing}, timeout=TELL_EVERY_S)
            await work.progress("unpacking", FETCHED_PERCENT)
    finally:
        stop.set()
        await asyncio.gather(doing, return_exceptions=True)
    try:
        doing.result()
    except Stopped:
        raise AssertionError("only what is left is stopped") from None
