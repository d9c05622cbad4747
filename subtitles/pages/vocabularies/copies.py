"""How a vocabulary stands with the services: looked at until nothing moves, sent again, deleted there."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from subtitles.access import vocabularies_for
from subtitles.models import User, Vocabulary, VocabularyCopy
from subtitles.pages import engines
from subtitles.pages.render import PageRequest, wants_fragment
from subtitles.pages.vocabularies.listing import vocabulary_or_404
from subtitles.pages.vocabularies.sentences import copy_name, reason, state_words
from subtitles.vocabularies import accounts, copies, standing
from subtitles.vocabularies.standing import Standing, State

MOST_LOOKS = 60
FIRST_LOOK_S, LONGEST_LOOK_S = 1, 10
QUOTA = "Throttling.AllocationQuota"


@dataclass(frozen=True, slots=True)
class Place:
    """One model, as a line of the page."""

    title: str
    live: bool
    standing: Standing
    state: str
    reason: str
    can_send: bool


def panel(vocabulary: Vocabulary, user: User, looks: int = 0) -> dict[str, object]:
    found = standing.everywhere(vocabulary)
    moving = any(one.is_moving for one in found)
    full = any(one.job is not None and one.job.error_key == QUOTA for one in found)
    return {
        "places": [_place(one) for one in found],
        "unused": _unused(user) if full else [],
        "list_quota": full,
        "looks": looks + 1,
        "look_after_s": min(FIRST_LOOK_S + looks // 4, LONGEST_LOOK_S) if moving and looks < MOST_LOOKS else 0,
        "still_moving": moving and looks >= MOST_LOOKS,
    }


@login_required
@require_http_methods(["GET", "POST"])
def vocabulary_copies(request: PageRequest, pk: int) -> HttpResponse:
    vocabulary = vocabulary_or_404(request, pk)
    looks = 0
    if request.method == "POST":
        _act(request, vocabulary)
    elif request.GET.get("looks", "").isdecimal():
        looks = min(int(request.GET["looks"][:4]), MOST_LOOKS)
    if not wants_fragment(request):
        return redirect("vocabulary", vocabulary.pk)
    return render(
        request, "vocabulary/_copies.html", {"vocabulary": vocabulary, **panel(vocabulary, request.user, looks)}
    )


def _act(request: PageRequest, vocabulary: Vocabulary) -> None:
    """`send` names an engine and a model, `drop` a copy of this or of another vocabulary of the user's, or of one that
    was deleted: nobody owns those any more."""
    engine, _slash, model = request.POST.get("send", "").partition("/")
    if model:
        copies.want(vocabulary, engine, model, again=True)
    if request.POST.get("drop", "").isdecimal():
        mine = Q(vocabulary__in=vocabularies_for(request.user)) | Q(vocabulary=None)
        copies.drop(VocabularyCopy.objects.filter(mine, pk=int(request.POST["drop"][:18])))


def _place(found: Standing) -> Place:
    entry = accounts.entry(found.engine, found.model)
    return Place(
        engines.model_title(found.engine, found.model),
        entry is not None and entry.realtime,
        found,
        state_words(found.state),
        reason(found.job) if found.state in (State.FAILED, State.SENDING, State.GOING) else "",
        found.state in (State.FAILED, State.ABSENT) or found.has_list,
    )


def _unused(user: User) -> list[tuple[int, str]]:
    """Lists that no room uses: the user's own by name, and what is left of deleted vocabularies, to be deleted here."""
    mine = {None, *vocabularies_for(user).values_list("pk", flat=True)}
    return [(copy.pk, copy_name(copy, _title(copy))) for copy in standing.unused() if copy.vocabulary_id in mine]


def _title(copy: VocabularyCopy) -> str:
    entry = accounts.entry(copy.engine, copy.target_model)
    return engines.translated(entry.title) if entry else _("a model that is not known here")
