from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from subtitles.models.transcript import Transcript


class Sentence(models.Model):
    """The stored, numbered, timed unit. Its number is never reused; reading order is (begin_ms, number)."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="sentences", verbose_name=_("transcript"))
    number = models.PositiveIntegerField(_("number"))
    seq = models.PositiveBigIntegerField(default=0, editable=False)
    """Position in the room of the newest change of this sentence."""
    revision = models.PositiveIntegerField(default=1, editable=False)
    begin_ms = models.PositiveBigIntegerField(_("begins (ms)"))
    end_ms = models.PositiveBigIntegerField(_("ends (ms)"))
    text = models.TextField(_("text"))
    words = models.JSONField(default=list, blank=True, editable=False)
    """`[begin_ms, end_ms, text, punctuation]` each."""
    speaker = models.CharField(_("speaker"), max_length=80, blank=True)
    channel = models.PositiveSmallIntegerField(_("channel"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=35, blank=True)
    emotion = models.CharField(_("emotion"), max_length=20, blank=True)
    emotion_confidence = models.FloatField(null=True, blank=True)
    events = models.JSONField(default=list, blank=True)
    hidden = models.BooleanField(_("hidden"), default=False)

    class Meta:
        ordering: ClassVar = ["transcript", "begin_ms", "number"]
        verbose_name = _("sentence")
        verbose_name_plural = _("sentences")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transcript", "number"], name="sentence_number_once"),
            models.CheckConstraint(condition=Q(begin_ms__gte=0, end_ms__gte=F("begin_ms")), name="sentence_times"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["transcript", "seq"]),
            models.Index(fields=["transcript", "begin_ms"]),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"
