"""Deleting a vocabulary, after asking."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from subtitles.models import Room
from subtitles.pages.render import PageRequest
from subtitles.pages.vocabularies.listing import vocabulary_or_404


@login_required
@require_http_methods(["GET", "POST"])
def vocabulary_delete(request: PageRequest, pk: int) -> HttpResponse:
    vocabulary = vocabulary_or_404(request, pk)
    if request.method == "POST":
        vocabulary.delete()
        messages.success(request, _("“%(name)s” is deleted, here and at the service.") % {"name": vocabulary.name})
        return redirect("vocabularies")
    rooms = Room.objects.filter(vocabulary=vocabulary).values_list("title", flat=True)
    context = {"vocabulary": vocabulary, "rooms": list(rooms), "word_count": vocabulary.words.count()}
    return render(request, "vocabulary_delete/index.html", context)
