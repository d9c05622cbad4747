"""Deleting a vocabulary, after asking."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from subtitles.models import Room
from subtitles.pages.render import PageRequest
from subtitles.pages.vocabularies.listing import vocabulary_or_404

_AT_THE_SERVICE = gettext_lazy(
    "The service is told to delete its lists too; without a key that works, that waits for the next list that is sent."
)


@login_required
@require_http_methods(["GET", "POST"])
def vocabulary_delete(request: PageRequest, pk: int) -> HttpResponse:
    vocabulary = vocabulary_or_404(request, pk)
    if request.method == "POST":
        has_copies = vocabulary.copies.exists()
        vocabulary.delete()
        messages.success(request, _("“%(name)s” is deleted.") % {"name": vocabulary.name})
        if has_copies:
            messages.info(request, str(_AT_THE_SERVICE))
        return redirect("vocabularies")
    rooms = Room.objects.filter(vocabulary=vocabulary).values_list("title", flat=True)
    context = {"vocabulary": vocabulary, "rooms": list(rooms), "word_count": vocabulary.words.count()}
    return render(request, "vocabulary_delete/index.html", context)
