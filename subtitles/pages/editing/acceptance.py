"""Accepting: everything, a sentence, or a word. The first time in a copy that is made for it.

The accepted text becomes the published transcript.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from subtitles.compare.accept import accept_change, accept_row
from subtitles.compare.diff import one_row
from subtitles.editing.accepting import AlreadyThere, alone, changes, check_new, taken_over, version
from subtitles.editing.copying import continued, correcting
from subtitles.editing.states import spoken, state
from subtitles.editing.transcripts import NotEditable, publish
from subtitles.editing.writing import Stale, write
from subtitles.models import Sentence, Transcript
from subtitles.pages.editing import accepted
from subtitles.pages.editing.lookup import session_or_404, transcript_or_404
from subtitles.pages.errors import BAD_REQUEST, problem_page
from subtitles.pages.render import PageRequest
from subtitles.pages.row_number import row_number

MOST_SENTENCES = 10_000
"""In one row."""


@login_required
@require_POST
def accept(request: PageRequest, slug: str, pk: int) -> HttpResponse:
    """`a`, `b`; `all`, or `a_sentences` and `b_sentences` of a row, with `change` for one difference alone."""
    session = session_or_404(request.user, slug, pk)
    a, b = (transcript_or_404(session, request.POST.get(side)) for side in "ab")
    try:
        with correcting(a, request.user) as copy:
            return _everything(request, a, copy, b) if "all" in request.POST else _row(request, a, copy, b)
    except NotEditable:
        messages.error(request, _("This transcript is still being written. Compare again when the session is over."))
    except AlreadyThere:
        messages.info(request, _("This sentence is already there."))
        return accepted.back(request, continued(a) or a, b)
    except Stale:
        return _look_again(request, a, b)
    except (ValueError, IndexError):
        return problem_page(request, BAD_REQUEST)
    return accepted.back(request, a, b)


def _look_again(request: PageRequest, a: Transcript, b: Transcript) -> HttpResponse:
    """At the copy, if it was the original that was shown."""
    copy = continued(a) or a
    if copy == a:
        messages.error(request, _("Somebody changed this sentence meanwhile. Look again, and then accept."))
    else:
        messages.error(request, _("The left side is now its corrected copy. Look again, and then accept."))
    return accepted.back(request, copy, b)


def _everything(request: PageRequest, a: Transcript, copy: Transcript, b: Transcript) -> HttpResponse:
    """Raises Stale: who saw the original does not know what was corrected in its copy."""
    read = version(copy)
    wanted = taken_over(copy, b)
    with alone(copy):
        if wanted and ((copy != a and copy.published) or version(copy) != read):
            raise Stale([change.sentence for change in wanted])
        steps = write(copy, wanted, request.user)
    publish(copy)
    accepted.tell(request)
    count = len(steps)
    messages.success(request, ngettext("%d sentence was changed.", "%d sentences were changed.", count) % count)
    return accepted.back(request, copy, b)


def _row(request: PageRequest, a: Transcript, copy: Transcript, b: Transcript) -> HttpResponse:
    """Raises AlreadyThere, Stale, ValueError, IndexError."""
    theirs = _known(b, "b_sentences", request.POST)
    with alone(copy):
        ours = _as_in(copy, _known(a, "a_sentences", request.POST))
        touched = _accept(request, copy, ours, theirs)
    publish(copy)
    if copy != a or not request.htmx:
        accepted.tell(request)
        return accepted.back(request, copy, b)
    return accepted.drawn(request, copy, b, _sentences(copy, touched), theirs)


def _known(transcript: Transcript, name: str, asked: QueryDict) -> list[Sentence]:
    """The sentences that were shown. Raises Stale: they are different ones now; ValueError."""
    entries = [entry.split(":") for entry in asked.get(name, "").split()[:MOST_SENTENCES]]
    revisions = {_number(number): _number(revision) for number, revision in entries}
    found = _sentences(transcript, list(revisions))
    if {row.number: row.revision for row in found} != revisions:
        raise Stale(found)
    return found


def _as_in(copy: Transcript, shown: Sequence[Sentence]) -> list[Sentence]:
    """The same sentences of the copy. Raises Stale: they were corrected there."""
    found = _sentences(copy, [row.number for row in shown])
    if [*map(state, found)] != [*map(state, shown)]:
        raise Stale(found)
    return found


def _number(text: str) -> int:
    """Raises ValueError: no sentence can have it."""
    number = row_number(text)
    if number is None:
        raise ValueError
    return number


def _sentences(transcript: Transcript, numbers: list[int]) -> list[Sentence]:
    found = transcript.sentences.filter(number__in=numbers, hidden=False)
    return list(found.order_by("begin_ms", "number"))


def _accept(request: PageRequest, copy: Transcript, ours: Sequence[Sentence], theirs: Sequence[Sentence]) -> list[int]:
    """The numbers of the row's sentences afterwards."""
    comparison = one_row([*map(spoken, ours)], [*map(spoken, theirs)])
    change = request.POST.get("change", "")
    edit = accept_change(comparison, int(change)) if change else accept_row(comparison, 0)
    wanted = changes(ours, [edit])
    check_new(copy, wanted)
    steps = write(copy, wanted, request.user)
    return [*{row.number: None for row in ours} | {step.number: None for step in steps}]
