"""The list of jobs, and one job's page. While something moves they ask for themselves again; 286 ends that."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from django_htmx.http import HTMX_STOP_POLLING, trigger_client_event

from subtitles.access import rooms_for
from subtitles.models import Job, Sentence
from subtitles.pages import engines, sentences
from subtitles.pages.render import PageRequest, page
from subtitles.pages.row_number import row_number
from subtitles.pages.transcribing import words
from subtitles.pages.transcribing.shown import Shown, jobs_for, shown
from subtitles.retranscribe import raw_text

JOBS_ON_A_PAGE = 50
OVER_EVENT = "jobs-over"
"""Sent to the page with the last answer, for its other parts: there may be a new transcript."""


@login_required
@require_safe
def jobs(request: PageRequest) -> HttpResponse:
    every = jobs_for(request.user)
    chosen = {name: request.GET.get(name, "") for name in ("state", "model", "room", "session")}
    found = Paginator(_filtered(every, chosen), JOBS_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = shown(found)
    context = {"rows": rows, "shown": found, "chosen": chosen, "moving": any(row.is_moving for row in rows)}
    return _polled(request, "jobs", {**context, **_filters(request, every)})


def _filtered(found: QuerySet[Job], chosen: dict[str, str]) -> QuerySet[Job]:
    """A filter that makes no sense finds nothing."""
    fields = {
        "state": "state",
        "model": "transcription__model",
        "room": "transcription__recording__session__room__slug",
        "session": "transcription__recording__session",
    }
    wanted = {fields[name]: value for name, value in chosen.items() if value}
    if chosen["session"] and row_number(chosen["session"]) is None:
        return found.none()
    return found.filter(**wanted)


def _filters(request: PageRequest, every: QuerySet[Job]) -> dict[str, Any]:
    """What there is to choose from. Not needed for a part of the page."""
    if request.htmx:
        return {}
    fields = ("transcription__model", "transcription__engine")
    models = every.exclude(transcription=None).order_by(*fields).values_list(*fields[::-1]).distinct()
    return {
        "states": [(state, str(text)) for state, text in words.STATES.items()],
        "models": engines.model_choices(models),
        "rooms": rooms_for(request.user),
    }


@login_required
@require_safe
def job(request: PageRequest, pk: int) -> HttpResponse:
    row = shown_or_404(request, pk)
    usage = list(row.job.usage.order_by("pk"))
    context = {"row": row, "usage": usage, "moving": row.is_moving, "may_decide": row.may_decide(request.user)}
    if row.job.state == Job.State.FAILED:
        context["bare_text"] = raw_text.of(row.pk)
    return _polled(request, "jobs_one", context)


@login_required
@require_safe
def result(request: PageRequest, pk: int) -> HttpResponse:
    """The finished transcript, to be read."""
    row = shown_or_404(request, pk)
    said = Sentence.objects.filter(transcript=row.transcript, hidden=False).order_by("begin_ms", "number")
    return page(request, "jobs_result", {"row": row, "sentences": sentences.shown(request, said)})


def shown_or_404(request: PageRequest, pk: int) -> Shown:
    """Somebody else's job is not there."""
    return shown([get_object_or_404(jobs_for(request.user), pk=pk)])[0]


def _polled(request: PageRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    last = bool(request.htmx) and not context["moving"]
    answer = page(request, name, context, status=HTMX_STOP_POLLING if last else 200)
    return trigger_client_event(answer, OVER_EVENT) if last else answer
