"""Changes that the editor's script asks for. JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from subtitles.editing import operations
from subtitles.editing.operations import Refused
from subtitles.editing.transcripts import NotEditable
from subtitles.editing.writing import Change, Stale, write
from subtitles.pages.editing.asked import Asked, Malformed
from subtitles.pages.editing.items import answer, item
from subtitles.pages.editing.lookup import copy_or_404, session_or_404
from subtitles.pages.editing.words import REFUSALS
from subtitles.pages.render import PageRequest

TRIES = 3
"""For changes of the whole transcript, which name no revisions: somebody may type in it meanwhile."""


def _text(asked: Asked) -> list[Change]:
    (sentence,) = asked.sentences(1)
    return operations.with_text(sentence, asked.text("text"))


def _split(asked: Asked) -> list[Change]:
    (sentence,) = asked.sentences(1)
    return operations.split(sentence, asked.number("at"))


def _merge(asked: Asked) -> list[Change]:
    first, second = asked.sentences(2)
    return operations.merged(first, second)


def _hide(asked: Asked) -> list[Change]:
    (sentence,) = asked.sentences(1)
    return operations.hidden(sentence, asked.flag("hidden"))


def _speaker(asked: Asked) -> list[Change]:
    (sentence,) = asked.sentences(1)
    return operations.spoken_by(sentence, asked.text("speaker"))


def _rename(asked: Asked) -> list[Change]:
    return operations.renamed(asked.transcript, asked.text("old"), asked.text("new"))


def _replace(asked: Asked) -> list[Change]:
    return operations.replaced(asked.transcript, asked.text("find"), asked.text("by"), asked.flag("case"))


def _restore(asked: Asked) -> list[Change]:
    return operations.gone_back(asked.earlier())


OPERATIONS: dict[str, Callable[[Asked], list[Change]]] = {
    "text": _text,
    "split": _split,
    "merge": _merge,
    "hide": _hide,
    "speaker": _speaker,
    "rename": _rename,
    "replace": _replace,
    "restore": _restore,
}
WHOLE = ("rename", "replace")


@login_required
@require_POST
def changes(request: PageRequest, slug: str, pk: int, transcript: int) -> HttpResponse:
    """409: somebody changed it meanwhile; 422: that cannot be done, in words; 400: not understood."""
    found = copy_or_404(session_or_404(request.user, slug, pk), transcript)
    try:
        asked = Asked(request, found)
        return JsonResponse(_done(asked, request))
    except (Malformed, NotEditable):
        return JsonResponse({}, status=400)
    except Stale as stale:
        return JsonResponse({"sentences": [item(sentence) for sentence in stale.sentences]}, status=409)
    except Refused as refused:
        return JsonResponse({"error": REFUSALS[refused.key]}, status=422)


def _done(asked: Asked, request: PageRequest) -> dict[str, object]:
    """Raises Malformed, Stale, Refused."""
    name = asked.text("do")
    if name not in OPERATIONS:
        raise Malformed
    for _ in range(TRIES - 1 if name in WHOLE else 0):
        try:
            return _written(OPERATIONS[name](asked), asked, request)
        except Stale:
            continue
    return _written(OPERATIONS[name](asked), asked, request)


def _written(wanted: list[Change], asked: Asked, request: PageRequest) -> dict[str, object]:
    steps = write(asked.transcript, wanted, request.user)
    return answer(steps, [change.sentence for change in wanted])


@login_required
@require_safe
def find(request: PageRequest, slug: str, pk: int, transcript: int) -> HttpResponse:
    """`?find=…&case=1` → `{"count": …, "numbers": […]}` in reading order."""
    found = copy_or_404(session_or_404(request.user, slug, pk), transcript)
    try:
        places = operations.count(found, request.GET.get("find", ""), case="case" in request.GET)
    except Refused as refused:
        return JsonResponse({"error": REFUSALS[refused.key]}, status=422)
    return JsonResponse({"count": sum(times for _, times in places), "numbers": [number for number, _ in places]})
