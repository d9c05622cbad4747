"""Kinds of jobs by name: `settings.JOB_KINDS` says which class. A class is imported on first use only."""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from subtitles.jobs.steps import Lane, Next
from subtitles.jobs.work import Work


class Kind(Protocol):
    """One sort of work. Steps must be safe to repeat: a process may die after any of them, before its arrow is kept."""

    @property
    def lanes(self) -> tuple[Lane, ...]: ...

    async def advance(self, work: Work) -> Next:
        """One step from the job's state. An exception is a failed step: `subtitles.jobs.failures` says what then."""

    async def cancel(self, work: Work) -> Next:
        """Stops the job, elsewhere too if that is possible. Called instead of the next step."""

    async def clean_up(self, work: Work) -> None:
        """The job is over, whichever way: what was only made for it may go. Nobody holds it any more."""


def names() -> tuple[str, ...]:
    return tuple(settings.JOB_KINDS)


@cache
def get(name: str) -> Kind:
    return cast(Kind, import_string(settings.JOB_KINDS[name])())


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "JOB_KINDS":
        get.cache_clear()


setting_changed.connect(_forget)
