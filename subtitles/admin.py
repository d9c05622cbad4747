"""The administrator's tables. What the live path writes is shown here and changed nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import models
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from subtitles.models import (
    CaptionSession,
    Job,
    Recording,
    RecordingGap,
    RetiredLink,
    Room,
    Sentence,
    TokenBucket,
    Transcript,
    TranscriptionJob,
    Usage,
    User,
)
from subtitles.templatetags.durations import at_sample, milliseconds

if TYPE_CHECKING:
    Table = admin.ModelAdmin[models.Model]
    RoomTable = admin.ModelAdmin[Room]
    GapTable = admin.TabularInline[RecordingGap, models.Model]
else:  # these classes take no parameters while the program runs
    Table = RoomTable = admin.ModelAdmin
    GapTable = admin.TabularInline

admin.site.site_header = admin.site.site_title = _("Subtitles: administration")
admin.site.index_title = _("Everything that is stored")
admin.site.register(User, UserAdmin)


class ForReading(Table):
    """Rows that only the product itself writes. `shown` lists the fields of one row."""

    shown: ClassVar[tuple[str, ...]] = ()
    list_per_page = 50
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        return self.shown

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        return self.shown

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Room)
class RoomAdmin(RoomTable):
    list_display = ("title", "slug", "owner", "language", "engine", "model", "created_at")
    list_filter = ("engine", "model", "language", "created_at")
    list_select_related = ("owner",)
    list_per_page = 50
    search_fields = ("title", "slug", "owner__username")
    autocomplete_fields = ("owner", "moderators")
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("title",)}
    readonly_fields = ("seq", "created_at")

    def save_model(self, request: HttpRequest, obj: Room, form: Any, change: bool) -> None:
        """Writes only what was changed: the live path counts on in `seq` while the form is open."""
        changed = {*form.changed_data, "options"} - {"moderators"}
        obj.save(update_fields=changed if change else None)


@admin.register(RetiredLink)
class RetiredLinkAdmin(ForReading):
    list_display = ("__str__", "retired_at")
    list_filter = ("retired_at",)
    search_fields = ("token_hash",)
    shown = ("token_hash", "retired_at")


@admin.register(CaptionSession)
class CaptionSessionAdmin(ForReading):
    list_display = ("title", "room", "state", "language", "started_at", "ended_at", "last_number")
    list_filter = ("state", "language", "paced", "started_at")
    list_select_related = ("room",)
    search_fields = ("title", "room__title", "room__slug", "room__owner__username")
    date_hierarchy = "started_at"
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
    shown = ("session", "length", "samples", "sealed_at")

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


@admin.register(Transcript)
class TranscriptAdmin(ForReading):
    list_display = ("__str__", "kind", "engine", "model", "billed_seconds", "ready", "published", "created_at")
    list_filter = ("kind", "engine", "model", "ready", "published", "created_at")
    list_select_related = ("session",)
    ordering = ("-id",)
    search_fields = ("session__title", "session__room__title", "engine", "model")
    shown = (
        "session",
        "kind",
        "engine",
        "model",
        "options",
        "request_ids",
        "billed_seconds",
        "ready",
        "published",
        "created_at",
    )


@admin.register(Sentence)
class SentenceAdmin(ForReading):
    list_display = ("number", "beginning", "line", "session", "language", "speaker", "hidden")
    list_display_links = ("number", "line")
    list_filter = ("language", "hidden", "transcript__kind", "transcript__engine")
    list_select_related = ("transcript__session",)
    ordering = ("-id",)
    search_fields = ("text", "speaker", "transcript__session__title")
    shown = (
        "transcript",
        "number",
        "begin_ms",
        "end_ms",
        "text",
        "words",
        "language",
        "speaker",
        "channel",
        "emotion",
        "emotion_confidence",
        "events",
        "hidden",
        "revision",
        "seq",
    )

    @admin.display(description=_("begins"), ordering="begin_ms")
    def beginning(self, sentence: Sentence) -> str:
        return milliseconds(sentence.begin_ms)

    @admin.display(description=_("text"))
    def line(self, sentence: Sentence) -> str:
        return Truncator(sentence.text).chars(120)

    @admin.display(description=_("session"))
    def session(self, sentence: Sentence) -> str:
        return sentence.transcript.session.title


@admin.register(Job)
class JobAdmin(ForReading):
    list_display = ("__str__", "state", "step", "percent", "attempts", "error_key", "requested_by", "created_at")
    list_filter = ("kind", "state", "error_kind", "created_at")
    list_select_related = ("requested_by",)
    search_fields = ("key", "error_message", "requested_by__username")
    shown = (
        "kind",
        "key",
        "payload",
        "state",
        "step",
        "percent",
        "attempts",
        "error_kind",
        "error_key",
        "error_message",
        "cancel_asked",
        "requested_by",
        "created_at",
        "moved_at",
        "run_at",
        "finished_at",
        "owner",
        "lease_until",
        "fence",
    )


@admin.register(TranscriptionJob)
class TranscriptionJobAdmin(ForReading):
    list_display = ("__str__", "state", "recording", "language", "transcript")
    list_filter = ("engine", "model", "language", "job__state")
    list_select_related = ("job", "recording__session", "transcript__session")
    search_fields = ("recording__session__title", "model")
    shown = ("job", "recording", "engine", "region", "model", "language", "options", "pieces", "transcript")

    @admin.display(description=_("state"), ordering="job__state")
    def state(self, transcription: TranscriptionJob) -> str:
        return transcription.job.get_state_display()


@admin.register(TokenBucket)
class TokenBucketAdmin(ForReading):
    list_display = ("name", "next_us")
    search_fields = ("name",)
    shown = ("name", "next_us")


@admin.register(Usage)
class UsageAdmin(ForReading):
    list_display = ("task_id", "engine", "model", "seconds", "amount", "currency", "session", "created_at")
    list_filter = ("engine", "model", "created_at")
    list_select_related = ("session",)
    search_fields = ("task_id", "session__title", "user__username")
    date_hierarchy = "created_at"
    shown = (
        "engine",
        "region",
        "model",
        "task_id",
        "seconds",
        "amount",
        "currency",
        "session",
        "job",
        "user",
        "created_at",
    )
