"""Work, what it may ask of others, and what they bill."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from subtitles.admin.tables import ForReading
from subtitles.models import Job, TokenBucket, TranscriptionJob, Upload, Usage


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
    shown = (
        "job",
        "recording",
        "engine",
        "region",
        "model",
        "language",
        "options",
        "vocabulary",
        "pieces",
        "transcript",
    )

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


@admin.register(Upload)
class UploadAdmin(ForReading):
    list_display = ("file_name", "room", "size", "requested_by", "session", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("room", "requested_by", "session")
    search_fields = ("file_name", "room__title", "requested_by__username")
    shown = ("file_name", "room", "size", "language", "pcm_rate", "requested_by", "session", "created_at", "touched_at")
