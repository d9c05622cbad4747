"""One vocabulary: its words as a table, pasted, or from a file; all in one form, so that nothing entered is lost."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from subtitles.models import Vocabulary
from subtitles.pages.render import PageRequest, page, wants_fragment
from subtitles.pages.vocabularies import languages
from subtitles.pages.vocabularies.copies import panel
from subtitles.pages.vocabularies.entered import Entered
from subtitles.pages.vocabularies.listing import NameForm, vocabulary_or_404
from subtitles.pages.vocabularies.sentences import fault_words
from subtitles.pages.vocabularies.table import Row, rows_of, with_spare
from subtitles.vocabularies import copies, edits, pasting
from subtitles.vocabularies.offers import corrections_of, offers
from subtitles.vocabularies.pasting import BadLine
from subtitles.vocabularies.words import LONGEST_WORD, MOST_WORDS, WEIGHTS, fingerprint


@login_required
@require_http_methods(["GET", "POST"])
def vocabulary(request: PageRequest, pk: int) -> HttpResponse:
    found = vocabulary_or_404(request, pk)
    if request.method != "POST":
        return _shown(request, found, rows_of(copies.words_of(found.pk)))
    entered = Entered.read(request)
    if entered.file_is_bad:
        messages.error(request, _("The file was not read: it has to be text, and smaller than 200 kB."))
    if entered.is_wrong:
        messages.error(request, _("Nothing was saved: look at the rows that are marked."))
        return _shown(request, found, entered.rows, entered.pasted, entered.bad, status=422)
    try:
        spare = edits.replace(found, entered.words, entered.seen)
    except edits.Changed:
        return _changed_meanwhile(request, found, entered)
    bad = [*entered.bad, *spare]
    _tell(request, found, bad)
    if not bad and not wants_fragment(request):
        return redirect("vocabulary", found.pk)
    left = "\n".join(line.text for line in bad)
    return _shown(request, found, rows_of(copies.words_of(found.pk)), left, bad, status=422 if bad else 200)


@login_required
@require_POST
def vocabulary_rename(request: PageRequest, pk: int) -> HttpResponse:
    found = vocabulary_or_404(request, pk)
    form = NameForm(request.POST)
    if form.is_valid():
        edits.rename(found, form.cleaned_data["name"])
        messages.success(request, _("The name is changed."))
    else:
        messages.error(request, _("Give the vocabulary a name that can be read."))
    return redirect("vocabulary", found.pk)


@login_required
@require_safe
def vocabulary_file(request: PageRequest, pk: int) -> HttpResponse:
    """For spreadsheets: the mark at its beginning tells them that it is UTF-8."""
    found = vocabulary_or_404(request, pk)
    content = pasting.write(copies.words_of(found.pk)).encode("utf-8-sig")
    headers = {"Content-Disposition": f'attachment; filename="vocabulary-{found.pk}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _shown(
    request: PageRequest, found: Vocabulary, rows: list[Row], pasted: str = "", bad: list[BadLine] | None = None,
    status: int = 200, seen: str = "",
) -> HttpResponse:  # fmt: skip
    kept = copies.words_of(found.pk)
    known = {row.text for row in rows}
    context = {
        "vocabulary": found,
        "form": NameForm({"name": found.name}, auto_id="vocabulary_%s"),
        "rows": with_spare(rows),
        "seen": seen or fingerprint(kept),
        "pasted": pasted,
        "bad": [(number, line.text, fault_words(line.fault)) for number, line in enumerate(bad or [], 1)],
        "languages": languages.choices(row.language for row in rows),
        "offers": offers(corrections_of(found.owner), known),
        "word_count": len(kept),
        "limits": {"words": MOST_WORDS, "length": LONGEST_WORD, "low": WEIGHTS[0], "high": WEIGHTS[-1]},
        **panel(found, request.user),
    }
    return page(request, "vocabulary", context, status=status)


def _changed_meanwhile(request: PageRequest, found: Vocabulary, entered: Entered) -> HttpResponse:
    """Both are shown: what was entered here, and after it what came from elsewhere."""
    kept = copies.words_of(found.pk)
    here = {(row.text, row.language) for row in entered.rows}
    others = rows_of(word for word in kept if (word.text, word.language) not in here)
    words = _("The words were changed in another window meanwhile. Look over what is here now, and save again.")
    messages.warning(request, words)
    return _shown(request, found, [*entered.rows, *others], entered.pasted, entered.bad, status=409)


def _tell(request: PageRequest, found: Vocabulary, bad: list[BadLine]) -> None:
    count = len(copies.words_of(found.pk))
    words = ngettext("Saved: %(count)s word.", "Saved: %(count)s words.", count)
    messages.success(request, words % {"count": count})
    if bad:
        left = ngettext(
            "%(count)s line was not understood. It is still in the box, with what is wrong with it.",
            "%(count)s lines were not understood. They are still in the box, with what is wrong with them.",
            len(bad),
        )
        messages.warning(request, left % {"count": len(bad)})
