"""Who may change a job: a claim raises its fence, and every later write names the fence it was claimed with.

Each function is one unit for a database thread. On SQLite nothing but a claim that will find something takes the write
lock; on PostgreSQL a claim skips rows that another worker is just taking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from subtitles.jobs.steps import Lane, LeaseLost, Next, State
from subtitles.models import Job

T = TypeVar("T")
_TABLE = Job._meta.db_table
_COLUMNS = {column.name: column for column in Job._meta.concrete_fields}


@dataclass(frozen=True, slots=True)
class Opening:
    """A lane with room for `free` more jobs of `kind`."""

    kind: str
    lane: Lane
    free: int


@dataclass(frozen=True, slots=True)
class Lease:
    job_id: int
    fence: int


def claim(owner: str, openings: Iterable[Opening], now: datetime, until: datetime) -> list[tuple[Job, Lane]]:
    """Takes what is due: jobs that nobody holds, and those whose holder was not heard of."""
    waiting = set(_due(now).order_by().values_list("kind", "state").distinct())
    taken: list[tuple[Job, Lane]] = []
    for opening in openings:
        if any((opening.kind, state) in waiting for state in opening.lane.states):
            taken.extend((job, opening.lane) for job in _take(owner, opening, now, until))
    return taken


def _due(now: datetime) -> QuerySet[Job]:
    unheld = Q(lease_until=None) | Q(lease_until__lte=now)
    return Job.objects.filter(unheld, state__in=Job.RUNNABLE, run_at__lte=now)


def _take(owner: str, opening: Opening, now: datetime, until: datetime) -> list[Job]:
    with transaction.atomic():
        due = _due(now).filter(kind=opening.kind, state__in=opening.lane.states).order_by("run_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        # Nobody else can write these rows before this transaction ends: locked, or on SQLite the whole database is.
        jobs = list(due[: opening.free])
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(fence=F("fence") + 1, owner=owner, lease_until=until)
        for job in jobs:
            job.fence, job.owner, job.lease_until = job.fence + 1, owner, until
        return jobs


def next_due(now: datetime) -> datetime | None:
    """When the next job that nobody holds becomes due, if that is still to come."""
    later = Job.objects.filter(state__in=Job.RUNNABLE, lease_until=None, run_at__gt=now)
    at: datetime | None = later.aggregate(at=Min("run_at"))["at"]
    return at


def renew(leases: Iterable[Lease], until: datetime) -> Mapping[int, bool]:
    """Keeps what is still ours; answers with it, and whether its cancelling was asked for."""
    pairs = Q(pk__in=[])
    for lease in leases:
        pairs |= Q(pk=lease.job_id, fence=lease.fence, lease_until__isnull=False)
    with transaction.atomic():
        Job.objects.filter(pairs).update(lease_until=until)
        return dict(Job.objects.filter(pairs).values_list("pk", "cancel_asked"))


def guarded(lease: Lease, unit: Callable[[], T], progress: Mapping[str, Any]) -> tuple[T, bool]:
    """Does the unit while the job is certainly ours; answers too whether cancelling was asked for. Raises LeaseLost."""
    with transaction.atomic():
        asked = _write(lease, None, {"fence": lease.fence, **progress})
        return unit(), asked


def move(lease: Lease, before: State, change: Next, fields: Mapping[str, Any]) -> bool:
    """The arrow from `before` to `change.state`, with what it writes; whether cancelling was asked for.

    Raises LeaseLost.
    """
    problem = change.problem
    with transaction.atomic():
        asked = _write(
            lease,
            before,
            {
                "state": str(change.state),
                "step": change.step,
                "percent": change.percent,
                "error_kind": problem.kind if problem else "",
                "error_key": problem.key if problem else "",
                "error_message": problem.message if problem else "",
                **fields,
            },
        )
        if change.write:
            change.write()
        if asked and change.state == State.UNCERTAIN:
            stop_uncertain(lease.job_id)
    return asked


def stop_uncertain(job_id: int) -> None:
    """Nobody takes up an uncertain job: one that is to be cancelled becomes what a worker leaves that dies in a submit,
    so that its kind stops what it can."""
    asked = Job.objects.filter(pk=job_id, state=State.UNCERTAIN, cancel_asked=True)
    asked.update(state=State.SUBMITTING, moved_at=timezone.now(), attempts=0)


def _write(lease: Lease, before: State | None, fields: Mapping[str, Any]) -> bool:
    """The update takes the row's lock: nobody claims the job before this transaction ends.

    In one statement, unlike any of Django's: it is written for every question, every part of an import.
    """
    columns = [_COLUMNS[name] for name in fields]
    changes = ", ".join(f"{column.column} = %s" for column in columns)
    values = [
        column.get_db_prep_save(value, connection) for column, value in zip(columns, fields.values(), strict=True)
    ]
    held = "id = %s AND fence = %s" if before is None else "id = %s AND fence = %s AND state = %s"
    holder = [lease.job_id, lease.fence] if before is None else [lease.job_id, lease.fence, str(before)]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {_TABLE} SET {changes} WHERE {held} RETURNING cancel_asked", [*values, *holder])  # noqa: S608
        row = cursor.fetchone()
    if row is None:
        raise LeaseLost
    return bool(row[0])


def release(leases: Iterable[Lease], now: datetime) -> None:
    """Lets any worker have them at once."""
    for lease in leases:
        Job.objects.filter(pk=lease.job_id, fence=lease.fence).update(lease_until=None, owner="", run_at=now)


def until(now: datetime, stale_s: float) -> datetime:
    return now + timedelta(seconds=stale_s)
