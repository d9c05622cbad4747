"""Transcribing again: choosing a model for one session or many, with its price, and asking for it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from subtitles.access import may_edit, rooms_for
from subtitles.jobs.queue import Asked
from subtitles.models import Recording
from subtitles.pages.render import PageRequest, page
from subtitles.pages.rooms import room_or_404
from subtitles.pages.row_number import row_number
from subtitles.pages.transcribing.form import AgainForm
from subtitles.pages.transcribing.sound import Sound
from subtitles.retranscribe import wishes

REFUSED = 422


@login_required
@require_http_methods(["GET", "POST"])
def one(request: PageRequest, slug: str, pk: int) -> HttpResponse:
    """For a session of the caller's own room."""
    room = room_or_404(request.user, slug)
    if not may_edit(request.user, room):
        raise PermissionDenied
    found = get_object_or_404(room.sessions, pk=pk)
    recordings = list(Recording.objects.filter(session=found).select_related("session__room"))
    return _offered(request, recordings, {"room": room, "session": found})


@login_required
@require_http_methods(["GET", "POST"])
def many(request: PageRequest) -> HttpResponse:
    """For the sessions that the query or the form names, `session` each; those of other people are not there."""
    named = set(filter(None, map(row_number, _named(request))))
    rooms = [room for room in rooms_for(request.user) if may_edit(request.user, room)]
    found = Recording.objects.filter(session__in=named, session__room__in=rooms).select_related("session__room")
    recordings = [recording for recording in found if not Sound([recording]).obstacle]
    if not recordings:
        raise Http404
    return _offered(request, recordings, {"left_out": len(named) - len(recordings)})


def _named(request: PageRequest) -> list[str]:
    return (request.POST if request.method == "POST" else request.GET).getlist("session")


def _offered(request: PageRequest, recordings: Sequence[Recording], context: dict[str, object]) -> HttpResponse:
    sound = Sound(recordings)
    form = _form(request, sound)
    if form.is_bound and form.is_valid():
        try:
            asked = _ask(request, form)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            for warning in form.warnings:
                messages.warning(request, warning)
            return _told(request, asked)
    shown = {**context, "form": form, "recordings": recordings}
    return page(request, "transcribe", shown, status=REFUSED if form.is_bound else 200)


def _form(request: PageRequest, sound: Sound) -> AgainForm:
    """Bound only when it is a wish: "Update options", htmx's asking, and options of another model draw it again."""
    if request.method != "POST":
        return AgainForm(request.user, sound, redraw=True)
    form = AgainForm(request.user, sound, request.POST)
    again = "redraw" in request.POST or form.stale
    return AgainForm(request.user, sound, request.POST, redraw=True) if again else form


def _ask(request: PageRequest, form: AgainForm) -> list[Asked]:
    engine, _slash, model = form.cleaned_data["model"].partition("/")
    return wishes.for_many(
        form.sound.recordings,
        engine,
        model,
        form.cleaned_data["language"],
        form.values,
        request.user,
        form.cleaned_data.get("vocabulary"),
    )


def _told(request: PageRequest, asked: Sequence[Asked]) -> HttpResponse:
    known = sum(not one.is_new for one in asked)
    if len(asked) == 1:
        if known:
            messages.info(request, _("The same is being transcribed already: this is it."))
        return redirect("job", asked[0].job.pk)
    new = len(asked) - known
    words = ngettext("%(number)s transcription was asked for.", "%(number)s transcriptions were asked for.", new)
    messages.success(request, words % {"number": new})
    if known:
        words = ngettext("%(number)s was under way already.", "%(number)s were under way already.", known)
        messages.info(request, words % {"number": known})
    return redirect("jobs")
