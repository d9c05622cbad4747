"""What was said."""

from __future__ import annotations

from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from subtitles.admin.tables import ForReading
from subtitles.models import Revision, Sentence, Transcript
from subtitles.templatetags.durations import milliseconds


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
        "base",
        "created_by",
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


@admin.register(Revision)
class RevisionAdmin(ForReading):
    list_display = ("sentence", "revision", "made_by", "made_at")
    list_filter = ("made_at",)
    list_select_related = ("sentence", "made_by")
    search_fields = ("sentence__text", "made_by__username")
    shown = ("sentence", "revision", "made_by", "made_at")
