"""One sentence: what it was, who changed it and when, going back; and correcting it without a script."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from subtitles.editing import operations
from subtitles.editing.operations import Earlier, Refused
from subtitles.editing.writing import Change, Stale, write
from subtitles.models import Revision, Sentence
from subtitles.pages.editing.lookup import copy_or_404, session_or_404
from subtitles.pages.editing.words import REFUSALS
from subtitles.pages.render import PageRequest, page
from subtitles.pages.row_number import row_number

CHANGED_MEANWHILE = 409


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sentence(request: PageRequest, slug: str, pk: int, transcript: int, number: int) -> HttpResponse:
    session = session_or_404(request.user, slug, pk)
    found = copy_or_404(session, transcript)
    row = get_object_or_404(found.sentences, number=number)
    context: dict[str, object] = {"room": session.room, "session": session, "transcript": found, "sentence": row}
    status = 200
    if request.method == "POST":
        row.transcript = found
        trouble, status = _changed(request, row)
        if not trouble:
            messages.success(request, _("Saved."))
            return redirect("sentence", slug, pk, transcript, number)
        context |= {"trouble": trouble, "mine": request.POST.get("text", ""), "sentence": _again(row)}
        context["theirs"] = status == CHANGED_MEANWHILE
    kept = Revision.objects.filter(sentence=row).exclude(kept__text="")
    context["revisions"] = kept.select_related("made_by").order_by("-revision")
    return page(request, "sentence", context, status=status)


def _changed(request: PageRequest, row: Sentence) -> tuple[object, int]:
    """What is wrong, in words, and its status."""
    try:
        if request.POST.get("revision") != str(row.revision):
            raise Stale([row])
        write(row.transcript, _wanted(request, row), request.user)
    except Stale:
        trouble = _("Somebody else changed this sentence meanwhile. Nothing was saved: choose which text stays.")
        return trouble, CHANGED_MEANWHILE
    except Refused as refused:
        return REFUSALS[refused.key], 422
    return "", 200


def _wanted(request: PageRequest, row: Sentence) -> list[Change]:
    """Raises Refused."""
    if "to" in request.POST:
        return operations.gone_back([Earlier(row, row_number(request.POST["to"]) or 0)])
    if "hidden" in request.POST:
        return operations.hidden(row, request.POST["hidden"] == "1")
    return operations.with_text(row, request.POST.get("text", ""))


def _again(row: Sentence) -> Sentence:
    return Sentence.objects.get(pk=row.pk)
