"""Two transcripts side by side, and taking words from the right one into the left one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from subtitles.editing import published
from subtitles.editing.accepting import compared, has_other_texts
from subtitles.editing.copying import continued
from subtitles.editing.transcripts import may_be_copied
from subtitles.models import Transcript
from subtitles.pages.editing import rows
from subtitles.pages.editing.lookup import session_or_404, transcript_or_404
from subtitles.pages.render import PageRequest, page

ROWS_ON_A_PAGE = 150


@login_required
@require_safe
def compare(request: PageRequest, slug: str, pk: int) -> HttpResponse:
    session = session_or_404(request.user, slug, pk)
    a, b = (transcript_or_404(session, request.GET.get(side)) for side in "ab")
    context = {
        "room": session.room,
        "session": session,
        "a": a,
        "b": b,
        "transcripts": session.transcripts.filter(ready=True).order_by("id"),
        "goes_on": None if a.kind == Transcript.Kind.EDITED else continued(a),
        "published": a == published(session),
        **_rows(a, b, "only" in request.GET, request.GET.get("page")),
    }
    context["may_accept"] = bool(context["differences"] or context["same_words"]) and may_be_copied(a)
    return page(request, "compare", context)


def _rows(a: Transcript, b: Transcript, only: bool, number: str | None) -> dict[str, object]:
    found = compared(a, b)
    ordinals = rows.ordinals(found.comparison)
    places = [place for place, ordinal in enumerate(ordinals) if ordinal or not only]
    shown = Paginator(places, ROWS_ON_A_PAGE).get_page(number)
    differences = max(ordinals, default=0)
    return {
        "pages": shown,
        "page_number": shown.number,
        "rows": [rows.shown(found, place, ordinals[place]) for place in shown],
        "differences": differences,
        "same_words": not differences and has_other_texts(found.comparison),
        "figures": found.comparison.figures,
        "only": only,
    }
