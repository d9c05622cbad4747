"""Rooms and their links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from subtitles.admin.tables import ForReading, TakesAlong
from subtitles.models import RetiredLink, Room


@admin.register(Room)
class RoomAdmin(TakesAlong):
    rooms_of = "room"
    list_display = ("title", "slug", "owner", "language", "engine", "model", "created_at")
    list_filter = ("engine", "model", "language", "created_at")
    list_select_related = ("owner",)
    list_per_page = 50
    search_fields = ("title", "slug", "owner__username")
    autocomplete_fields = ("owner", "moderators", "vocabulary")
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("title",)}
    readonly_fields = ("seq", "created_at")

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Writes only what was changed: the live path counts on in `seq` while the form is open."""
        changed = {*form.changed_data, "options"} - {"moderators"}
        obj.save(update_fields=changed if change else None)


@admin.register(RetiredLink)
class RetiredLinkAdmin(ForReading):
    list_display = ("__str__", "retired_at")
    list_filter = ("retired_at",)
    search_fields = ("token_hash",)
    shown = ("token_hash", "retired_at")
