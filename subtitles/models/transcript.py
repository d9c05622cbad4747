from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from subtitles.models.caption_session import CaptionSession

if TYPE_CHECKING:
    from subtitles.models.user import User


class Transcript(models.Model):
    """All sentences of one engine run over a recording: the live one, or one for each re-transcription."""

    class Kind(models.TextChoices):
        LIVE = "live", pgettext_lazy("transcript", "live")
        BATCH = "batch", _("batch")
        EDITED = "edited", _("edited")

    session = models.ForeignKey(CaptionSession, models.CASCADE, related_name="transcripts", verbose_name=_("session"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.LIVE)
    engine = models.CharField(_("engine"), max_length=40)
    model = models.CharField(_("model"), max_length=80, blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)
    request_ids = models.JSONField(_("request ids"), default=list, blank=True)
    billed_seconds = models.FloatField(_("billed seconds"), default=0)
    ready = models.BooleanField(_("ready"), default=True)
    published = models.BooleanField(_("published"), default=False)
    base = models.ForeignKey(
        "self", models.SET_NULL, related_name="copies", null=True, blank=True, verbose_name=_("copy of")
    )
    """What an edited one was made from. Live and batch ones are never changed."""
    created_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="transcripts",
        null=True,
        blank=True,
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["session", "id"]
        verbose_name = _("transcript")
        verbose_name_plural = _("transcripts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session"], condition=Q(kind="live"), name="one_live_transcript"),
            models.UniqueConstraint(fields=["session"], condition=Q(published=True), name="one_published_transcript"),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.get_kind_display()}"
