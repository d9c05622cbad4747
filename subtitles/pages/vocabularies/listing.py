"""The list of vocabularies, and making one."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from subtitles.access import vocabularies_for
from subtitles.models import Vocabulary
from subtitles.pages.render import PageRequest, page
from subtitles.speech import clean_text


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, strip=True, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_name(self) -> str:
        name = clean_text(self.cleaned_data["name"], 80)
        if not name:
            raise forms.ValidationError(_("Give the vocabulary a name that can be read."), code="required")
        return name


@login_required
@require_http_methods(["GET", "POST"])
def vocabularies(request: PageRequest) -> HttpResponse:
    form = NameForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = Vocabulary.objects.create(name=form.cleaned_data["name"], owner=request.user)
        return redirect("vocabulary", made.pk)
    found = (
        vocabularies_for(request.user)
        .select_related("owner")
        .annotate(word_count=Count("words", distinct=True), room_count=Count("rooms", distinct=True))
    )
    return page(request, "vocabularies", {"vocabularies": found, "form": form}, status=422 if form.is_bound else 200)


def vocabulary_or_404(request: PageRequest, pk: int) -> Vocabulary:
    """Somebody else's is not there."""
    return get_object_or_404(vocabularies_for(request.user).select_related("owner"), pk=pk)
