"""What a kind of job says to its runner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from subtitles.models import Job

State = Job.State


@dataclass(frozen=True, slots=True)
class Lane:
    """Jobs of one kind in some of its states, with slots of their own: what has begun never waits behind what has not.

    `at_once` is for one process; None = as `SUBTITLES_JOBS_AT_ONCE` says.
    """

    states: tuple[Job.State, ...] = Job.RUNNABLE
    at_once: int | None = None

    @property
    def slots(self) -> int:
        return self.at_once or int(settings.SUBTITLES_JOBS_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a step came to nothing: `kind` groups, `key` is for translations, `message` is one English sentence."""

    kind: str
    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Next:
    """Where a job goes from here. `write` runs in the transaction of the arrow: all of it, or nothing."""

    state: State
    after_s: float = 0.0
    """Seconds until the next step; until then nobody holds the job."""
    step: str = ""
    percent: int | None = None
    problem: Problem | None = None
    write: Callable[[], object] | None = None


class JobFailed(Exception):
    """The job cannot be done, and trying again will not help."""

    def __init__(self, kind: str, key: str, message: str, write: Callable[[], object] | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(kind, key, message)
        self.write = write


class BackTo(Exception):
    """Nothing came of the step, as its cause says: it may begin again from `state`."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


class CancelAsked(Exception):
    """Somebody wants the job to stop, and this is a good moment."""


class LeaseLost(Exception):
    """Another worker has the job, or it is gone: stop, and write nothing."""
