"""The job that brings a model to this machine. Its key is the model's name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from django.conf import settings

from subtitles.engines.catalog.local_packages import package
from subtitles.engines.catalog.local_types import Package
from subtitles.engines.local.delivery import Delivery
from subtitles.engines.local.models import Models
from subtitles.jobs.steps import JobFailed, Lane, Next, State
from subtitles.jobs.work import Work

KIND = "download"


class ModelDownload:
    """queued → done, in one step that may be cut short anywhere."""

    lanes = (Lane(at_once=2),)

    def __init__(self, find: Callable[[str], Package | None] = package) -> None:
        self._find = find

    async def advance(self, work: Work) -> Next:
        wanted = self._find(work.job.key)
        if wanted is None:
            raise JobFailed("parameters", "model", "There is no such model.")
        await delivery().bring(wanted, work.progress)
        return Next(State.DONE, percent=100)

    async def cancel(self, work: Work) -> Next:
        return Next(State.CANCELLED)

    async def clean_up(self, work: Work) -> None:
        """What came before a failure stays: asking again goes on from there."""
        wanted = self._find(work.job.key)
        if wanted and work.state == State.CANCELLED:
            await asyncio.to_thread(delivery().forget, wanted)


def store() -> Models:
    return Models(settings.SUBTITLES_MODELS_DIR)


def delivery() -> Delivery:
    return Delivery(store(), settings.SUBTITLES_MODEL_MIRROR, settings.SUBTITLES_MIN_FREE_BYTES)
