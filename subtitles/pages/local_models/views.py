"""The models page: everybody who signs in sees what there is; admins fetch and remove."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from subtitles.access import may_manage_models
from subtitles.engines.catalog.local_packages import package
from subtitles.engines.catalog.local_types import Package
from subtitles.engines.local.sherpa_locks import InUse
from subtitles.jobs import queue
from subtitles.local_models.kind import KIND, store
from subtitles.models import Job
from subtitles.pages.local_models.shown import card, cards
from subtitles.pages.local_models.words import translated
from subtitles.pages.render import PageRequest, page


@login_required
@require_safe
def models(request: PageRequest) -> HttpResponse:
    every = cards()
    groups = [
        ("live", _("For live captions"), [one for one in every if one.package.use == "live"]),
        ("batch", _("For recordings"), [one for one in every if one.package.use == "batch"]),
        ("extra", _("Helpers"), [one for one in every if not one.package.is_recogniser]),
    ]
    return page(request, "models", {"groups": groups, "may_manage": may_manage_models(request.user)})


@login_required
@require_safe
def model(request: PageRequest, name: str) -> HttpResponse:
    context = {"card": card(_wanted(name)), "may_manage": may_manage_models(request.user)}
    return page(request, "models_one", context)


@login_required
@require_POST
def download(request: PageRequest, name: str) -> HttpResponse:
    wanted = _managed(request, name)
    if not wanted.is_downloadable:
        raise Http404
    if "licence" not in request.POST:
        messages.error(request, _("Tick the licence first: the model is used under it."))
    else:
        queue.enqueue(KIND, wanted.name, requested_by=request.user)
    return _back(wanted)


@login_required
@require_POST
def cancel(request: PageRequest, name: str) -> HttpResponse:
    wanted = _managed(request, name)
    for job in Job.objects.filter(kind=KIND, key=wanted.name).exclude(state__in=Job.OVER):
        queue.cancel(job.pk)
    return _back(wanted)


@login_required
@require_POST
def remove(request: PageRequest, name: str) -> HttpResponse:
    wanted = _managed(request, name)
    try:
        if store().remove(wanted.name):
            messages.success(
                request, _("“%(model)s” is no longer on this machine.") % {"model": translated(wanted.title)}
            )
    except InUse:
        words = _("“%(model)s” is in use: end the sessions and jobs that use it first.")
        messages.error(request, words % {"model": translated(wanted.title)})
    return _back(wanted)


def _wanted(name: str) -> Package:
    found = package(name)
    if found is None:
        raise Http404
    return found


def _managed(request: PageRequest, name: str) -> Package:
    if not may_manage_models(request.user):
        raise PermissionDenied
    return _wanted(name)


def _back(wanted: Package) -> HttpResponse:
    return redirect("model", wanted.name)
