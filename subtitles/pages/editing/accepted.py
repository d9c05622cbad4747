"""What is answered to who accepted something: the row as it is now, or the comparison again."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from subtitles.compare.diff import one_row
from subtitles.editing.accepting import Compared, Place
from subtitles.editing.states import spoken
from subtitles.models import Sentence, Transcript
from subtitles.pages.editing import rows
from subtitles.pages.render import PageRequest
from subtitles.pages.row_number import row_number


def tell(request: PageRequest) -> None:
    messages.success(request, _("The accepted text is in a copy, and this copy is now the published transcript."))


def drawn(
    request: PageRequest, copy: Transcript, b: Transcript, ours: Sequence[Sentence], theirs: Sequence[Sentence]
) -> HttpResponse:
    comparison = one_row([*map(spoken, ours)], [*map(spoken, theirs)])
    places = [tuple(Place(row.number, row.revision) for row in side) for side in (ours, theirs)]
    found = Compared(comparison, *places)
    ordinal = row_number(request.POST.get("ordinal", "")) or 0
    row = rows.shown(found, 0, ordinal, taken=True)
    context = {
        "row": row,
        "a": copy,
        "b": b,
        "session": copy.session,
        "room": copy.session.room,
        "may_accept": True,
        "only": request.POST.get("only"),
        "page_number": request.POST.get("page"),
    }
    return render(request, "compare/_row.html", context)


def back(request: PageRequest, a: Transcript, b: Transcript) -> HttpResponse:
    asked = QueryDict(mutable=True)
    asked.update({"a": str(a.pk), "b": str(b.pk)})
    asked.update({name: request.POST[name] for name in ("page", "only") if request.POST.get(name)})
    address = reverse("compare", args=[a.session.room.slug, a.session_id]) + f"?{asked.urlencode()}"
    ordinal = request.POST.get("ordinal", "")
    address += f"#difference-{ordinal}" if ordinal.isdigit() else ""
    return _gone_to(request, address) if request.htmx else redirect(address)


def _gone_to(request: PageRequest, address: str) -> HttpResponse:
    """A browser that is sent to where it is already goes to the fragment and loads nothing."""
    here = (request.htmx.current_url_abs_path or "").partition("#")[0]
    is_here = here == address.partition("#")[0]
    return HttpResponseClientRefresh() if is_here else HttpResponseClientRedirect(address)
