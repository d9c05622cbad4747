"""What a person may say about a job: stop it, look it up again, pay for it again, or ask for it once more."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from subtitles.jobs import queue
from subtitles.pages.render import PageRequest, page
from subtitles.pages.transcribing import estimates
from subtitles.pages.transcribing.estimates import Estimate
from subtitles.pages.transcribing.jobs import shown_or_404
from subtitles.pages.transcribing.shown import Shown
from subtitles.retranscribe import wishes


@login_required
@require_POST
def cancel(request: PageRequest, pk: int) -> HttpResponse:
    row = _to_decide(request, pk)
    if not queue.cancel(row.pk):
        messages.info(request, _("It was over already: there is nothing to cancel."))
    return redirect("job", row.pk)


@login_required
@require_POST
def look_again(request: PageRequest, pk: int) -> HttpResponse:
    row = _to_decide(request, pk)
    _say(request, wishes.look_again(row.pk))
    return redirect("job", row.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pay_again(request: PageRequest, pk: int) -> HttpResponse:
    """A page that says what it may cost; its button does it."""
    row = _to_decide(request, pk)
    if request.method == "POST":
        _say(request, wishes.pay_again(row.pk))
        return redirect("job", row.pk)
    if not row.is_uncertain:
        return redirect("job", row.pk)
    return page(request, "jobs_pay_again", {"row": row, "estimate": _estimate(row)})


@login_required
@require_POST
def once_more(request: PageRequest, pk: int) -> HttpResponse:
    row = _to_decide(request, pk)
    if row.details is None or not row.may_be_repeated:
        return redirect("job", row.pk)
    try:
        asked = wishes.once_more(row.details, request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("job", row.pk)
    return redirect("job", asked.job.pk)


def _to_decide(request: PageRequest, pk: int) -> Shown:
    row = shown_or_404(request, pk)
    if not row.may_decide(request.user):
        raise PermissionDenied
    return row


def _say(request: PageRequest, done: bool) -> None:
    if not done:
        messages.info(request, _("Somebody has decided about it already."))


def _estimate(row: Shown) -> Estimate | None:
    details, model = row.details, row.model
    if details is None or model is None or details.recording is None:
        return None
    channels = details.options.get("channels")
    count = len(channels) if isinstance(channels, list) else 1
    return estimates.of_samples(model, details.recording.samples, count, details.region)
