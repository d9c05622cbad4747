"""How work comes in, and what people may say about it. For views, commands and the admin: all of it is synchronous."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from subtitles.jobs import leases, runner
from subtitles.jobs.steps import State
from subtitles.models import Job, User

TRIES = 3
"""The job that stood in the way may have ended just then."""


@dataclass(frozen=True, slots=True)
class Asked:
    job: Job
    is_new: bool
    """False: the same was asked for before, and is not over."""


def enqueue(
    kind: str,
    key: str,
    payload: Mapping[str, object] | None = None,
    *,
    requested_by: User | None = None,
    detail: Callable[[Job], object] | None = None,
) -> Asked:
    """The open job of this kind and key, made now if there is none. `detail` writes what a new one needs, with it.

    Raises IntegrityError if that cannot be written.
    """
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                job = Job.objects.create(kind=kind, key=key, payload=payload or {}, requested_by=requested_by)
                if detail:
                    detail(job)
        except IntegrityError as error:
            failure = error
            known = Job.objects.filter(kind=kind, key=key).exclude(state__in=Job.OVER).first()
            if known is not None:
                return Asked(known, is_new=False)
        else:
            transaction.on_commit(runner.wake, robust=True)
            return Asked(job, is_new=True)
    raise failure


def cancel(job_id: int) -> bool:
    """Asks a job to stop; of an uncertain one too its kind stops what it can. False = it was over."""
    open_ = Job.objects.filter(pk=job_id).exclude(state__in=Job.OVER)
    with transaction.atomic():
        asked = open_.update(cancel_asked=True, run_at=timezone.now()) > 0
        leases.stop_uncertain(job_id)
    transaction.on_commit(runner.wake, robust=True)
    return asked


def answer(job_id: int, state: State) -> bool:
    """What a person decides about an uncertain job: where it goes on. False = it is not uncertain any more."""
    now = timezone.now()
    uncertain = Job.objects.filter(pk=job_id, state=State.UNCERTAIN)
    decided = uncertain.update(state=state, moved_at=now, run_at=now, attempts=0) > 0
    transaction.on_commit(runner.wake, robust=True)
    return decided
