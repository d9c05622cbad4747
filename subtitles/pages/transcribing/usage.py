"""What the services bill: each month, each model. What nobody knows is counted apart and never as 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from subtitles.access import rooms_for
from subtitles.models import Usage, User
from subtitles.pages import engines
from subtitles.pages.render import PageRequest, page


@dataclass(frozen=True, slots=True)
class Row:
    """One model in one month; a row for each currency, and one for what has none."""

    title: str
    tasks: int
    milliseconds: int
    unknown_seconds: int
    """How many tasks of which the service did not say what it bills."""
    amount: Decimal | None
    unknown_amounts: int
    currency: str


@dataclass(frozen=True, slots=True)
class Month:
    begin: datetime
    rows: list[Row]


@login_required
@require_safe
def usage(request: PageRequest) -> HttpResponse:
    return page(request, "usage", {"months": list(_months(_usage_for(request.user)))})


def _usage_for(user: User) -> QuerySet[Usage]:
    """Of their rooms, and what they asked for; everything for an admin."""
    if user.is_superuser:
        return Usage.objects.all()
    return Usage.objects.filter(Q(session__room__in=rooms_for(user)) | Q(user=user, session=None))


def _months(found: QuerySet[Usage]) -> Iterator[Month]:
    booked = (
        found.order_by()
        .annotate(month=TruncMonth("created_at"))
        .values("month", "engine", "model", "currency")
        .annotate(
            tasks=Count("pk"),
            all_seconds=Sum("seconds"),
            unknown_seconds=Count("pk", filter=Q(seconds=None)),
            all_amounts=Sum("amount"),
            unknown_amounts=Count("pk", filter=Q(amount=None)),
        )
        .order_by("-month", "model", "currency")
    )
    for begin, rows in groupby(booked, key=lambda row: row["month"]):
        yield Month(begin, [_row(row) for row in rows])


def _row(booked: Mapping[str, Any]) -> Row:
    return Row(
        engines.model_title(booked["engine"], booked["model"]),
        booked["tasks"],
        round((booked["all_seconds"] or 0) * 1000),
        booked["unknown_seconds"],
        booked["all_amounts"],
        booked["unknown_amounts"],
        booked["currency"],
    )
