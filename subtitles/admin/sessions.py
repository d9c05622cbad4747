"""What the live path writes: sessions, and their audio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from subtitles.admin.actions import ACTIONS
from subtitles.admin.tables import ForReading
from subtitles.models import CaptionSession, Recording, RecordingGap, SearchChange
from subtitles.templatetags.durations import at_sample

if TYPE_CHECKING:
    GapTable = admin.TabularInline[RecordingGap, models.Model]
else:
    GapTable = admin.TabularInline


@admin.register(CaptionSession)
class CaptionSessionAdmin(ForReading):
    list_display = ("title", "room", "state", "language", "started_at", "ended_at", "last_number")
    list_filter = ("state", "language", "paced", "started_at")
    list_select_related = ("room",)
    search_fields = ("title", "room__title", "room__slug", "room__owner__username")
    date_hierarchy = "started_at"
    actions = ACTIONS
    shown = (
        "title",
        "room",
        "state",
        "language",
        "started_at",
        "ended_at",
        "consent_at",
        "broadcaster_at",
        "lease_until",
        "paced",
        "last_number",
        "captioned_samples",
        "epoch",
        "seq",
    )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The pages that they lead to know rooms, not the admin's rights: administrators see every room."""
        return super().get_actions(request) if request.user.is_superuser else {}


class GapInline(GapTable):
    model = RecordingGap
    extra = 0
    fields = readonly_fields = ("at_samples", "reason", "detail", "ms", "from_at", "to_at")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Recording)
class RecordingAdmin(ForReading):
    list_display = ("session", "length", "sealed_at")
    list_filter = ("sealed_at", "session__state")
    list_select_related = ("session",)
    search_fields = ("session__title", "session__room__title")
    inlines = (GapInline,)
    shown = (
        "session",
        "length",
        "samples",
        "sealed_at",
        "encoded_at",
        "peaks_at",
        "container",
        "file_name",
        "sample_rate",
        "channels",
        "sha256",
    )

    @admin.display(description=_("length"), ordering="samples")
    def length(self, recording: Recording) -> str:
        return at_sample(recording.samples)


@admin.register(RecordingGap)
class RecordingGapAdmin(ForReading):
    list_display = ("recording", "at", "reason", "detail", "ms", "from_at", "to_at")
    list_filter = ("reason", "from_at")
    list_select_related = ("recording__session",)
    search_fields = ("recording__session__title", "detail")
    shown = ("recording", "at_samples", "reason", "detail", "ms", "from_at", "to_at")

    @admin.display(description=_("at"), ordering="at_samples")
    def at(self, gap: RecordingGap) -> str:
        return at_sample(gap.at_samples)


@admin.register(SearchChange)
class SearchChangeAdmin(ForReading):
    list_display = ("__str__",)
    shown = ("sentence_id",)
