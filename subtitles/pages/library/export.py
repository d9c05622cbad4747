"""Files to take away: chosen and looked at on a page, then one, or many as a zip."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from subtitles.editing.states import spoken
from subtitles.editing.transcripts import published, visible
from subtitles.exports.archive import zipped
from subtitles.exports.clock import Clock, aligned
from subtitles.exports.cues import Cue, cues, one_a_sentence
from subtitles.exports.formats import exported
from subtitles.exports.names import distinct, file_name
from subtitles.models import CaptionSession, Transcript
from subtitles.pages.library.chosen import chosen, one_or_more
from subtitles.pages.library.export_form import ExportForm, named
from subtitles.pages.library.streaming import streamed
from subtitles.pages.render import PageRequest, page
from subtitles.speech import FinalResult

SENTENCES_OF_A_PREVIEW, CUES_OF_A_PREVIEW = 24, 12
REFUSED = 422


@dataclass(frozen=True, slots=True)
class Shown:
    """A cue of the preview."""

    cue: Cue
    percent: int
    """Of the speed that can be read."""


@login_required
@require_safe
def export(request: PageRequest) -> HttpResponse:
    sessions = one_or_more(chosen(request))
    form = _form(request, sessions)
    context = {"form": form, "sessions": sessions, "session": sessions[0]}
    return page(request, "export", {**context, "preview": _preview(form, sessions[0]) if form.is_valid() else []})


@login_required
@require_safe
def export_file(request: PageRequest) -> HttpResponseBase:
    sessions = one_or_more(chosen(request))
    form = _form(request, sessions)
    if not form.is_valid():
        return page(request, "export", {"form": form, "sessions": sessions, "session": sessions[0]}, status=REFUSED)
    if len(sessions) == 1:
        return _attached(HttpResponse(_bytes(form, sessions[0]), form.chosen.mime), _name(form, sessions[0]))
    pieces = zipped(_files(form, sessions))
    return _attached(streamed(request, pieces, "application/zip"), _("subtitles") + ".zip")


def _form(request: PageRequest, sessions: Sequence[CaptionSession]) -> ExportForm:
    """A text is chosen only for one session; for many it is the one that counts in each."""
    ready = list(sessions[0].transcripts.filter(ready=True)) if len(sessions) == 1 else []
    return ExportForm(request.GET, named(ready), sessions[0].language)


def _preview(form: ExportForm, session: CaptionSession) -> list[Shown]:
    transcript = _transcript(form, session)
    if transcript is None:
        return []
    choices = form.choices(session)
    said = _beginning(transcript, choices.clock)
    labels = choices.speakers and form.chosen.prints_labels
    found = cues(said, choices.preset, labels) if choices.preset else one_a_sentence(said)
    limit = choices.preset.speed if choices.preset else math.inf
    return [Shown(cue, round(100 * cue.speed / limit)) for cue in found[:CUES_OF_A_PREVIEW]]


def _beginning(transcript: Transcript, clock: Clock | None) -> list[FinalResult]:
    """The first sentences that the clock leaves; those after them are not even read."""
    said = (spoken(row) for row in visible(transcript).iterator())
    left = (moved for one in said for moved in (aligned([one], clock) if clock else [one]))
    return list(islice(left, SENTENCES_OF_A_PREVIEW))


def _bytes(form: ExportForm, session: CaptionSession) -> bytes:
    transcript = _transcript(form, session)
    said = [spoken(row) for row in visible(transcript)] if transcript else []
    return exported(said, form.chosen, form.choices(session), session.title, session.language)


def _transcript(form: ExportForm, session: CaptionSession) -> Transcript | None:
    """The chosen one, or the one that counts; none of a session without any text."""
    if wanted := form.cleaned_data["transcript"]:
        return session.transcripts.get(pk=wanted)
    return published(session)


def _files(form: ExportForm, sessions: Sequence[CaptionSession]) -> Iterator[tuple[str, bytes]]:
    names = distinct([_name(form, session) for session in sessions])
    return ((name, _bytes(form, session)) for name, session in zip(names, sessions, strict=True))


def _name(form: ExportForm, session: CaptionSession) -> str:
    return file_name(session.title, form.chosen.extension)


def _attached(response: HttpResponseBase, name: str) -> HttpResponseBase:
    """RFC 6266: a name in ASCII, and the true one as RFC 8187 writes it. Never shown inside of this site."""
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
