"""Words that engines should expect, and what services have of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from subtitles.admin.tables import ForReading, TakesAlong
from subtitles.models import HotWord, Vocabulary, VocabularyCopy
from subtitles.vocabularies.copies import words_changed

if TYPE_CHECKING:
    WordTable = admin.TabularInline[HotWord, models.Model]
else:
    WordTable = admin.TabularInline


class WordInline(WordTable):
    model = HotWord
    extra = 0
    fields = ("text", "weight", "language")


@admin.register(Vocabulary)
class VocabularyAdmin(TakesAlong):
    list_display = ("name", "owner", "changed_at")
    list_filter = ("changed_at",)
    list_select_related = ("owner",)
    list_per_page = 50
    search_fields = ("name", "owner__username")
    autocomplete_fields = ("owner",)
    inlines = (WordInline,)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        words_changed(form.instance.pk)


@admin.register(HotWord)
class HotWordAdmin(ForReading):
    list_display = ("text", "weight", "language", "vocabulary")
    list_filter = ("language", "weight")
    list_select_related = ("vocabulary",)
    search_fields = ("text", "vocabulary__name")
    shown = ("text", "weight", "language", "vocabulary")


@admin.register(VocabularyCopy)
class VocabularyCopyAdmin(ForReading):
    list_display = ("vocabulary", "engine", "region", "target_model", "state", "checked_at")
    list_filter = ("engine", "state", "target_model")
    list_select_related = ("vocabulary",)
    search_fields = ("vocabulary__name", "remote_id")
    shown = ("vocabulary", "engine", "region", "target_model", "remote_id", "state", "problem", "checked_at")
