from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from subtitles.models.caption_session import CaptionSession
from subtitles.speech import samples_to_ms


class Recording(models.Model):
    """A session's audio: 16 kHz mono samples, counted from the first one kept.

    An uploaded one has its original beside it, byte for byte as it came.
    """

    session = models.OneToOneField(CaptionSession, models.CASCADE, related_name="recording", verbose_name=_("session"))
    samples = models.PositiveBigIntegerField(_("samples"), default=0)
    """Length; right once the recording is sealed."""
    sealed_at = models.DateTimeField(_("sealed"), null=True)
    encoded_at = models.DateTimeField(_("encoded"), null=True, editable=False)
    """From then on `audio.flac` is the recording, equal to the log sample for sample, and the log is gone."""
    peaks_at = models.DateTimeField(null=True, editable=False)
    container = models.CharField(_("format"), max_length=12, blank=True)
    """Of the uploaded original, found by its content; named as `catalog.Model.formats` does. Empty = spoken live."""
    file_name = models.CharField(_("file name"), max_length=255, blank=True)
    """What the uploaded file was called; never a path here."""
    sample_rate = models.PositiveIntegerField(_("sample rate"), default=16_000)
    """Of the original."""
    channels = models.PositiveSmallIntegerField(_("channels"), default=1)
    """Of the original."""
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    """Of the original."""

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")

    def __str__(self) -> str:
        return f"{self.session} ({samples_to_ms(self.samples)} ms)"


class RecordingGap(models.Model):
    """A place where time passed and no samples were kept, or samples that nobody captioned."""

    class Reason(models.TextChoices):
        PAUSE = "pause", _("paused")
        LOST = "lost", _("lost")
        UNCAPTIONED = "uncaptioned", _("not captioned")

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="gaps", verbose_name=_("recording"))
    at_samples = models.PositiveBigIntegerField(_("at sample"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    detail = models.CharField(_("detail"), max_length=40, blank=True)
    ms = models.PositiveBigIntegerField(_("length in ms"), default=0)
    from_at = models.DateTimeField(_("from"), null=True)
    to_at = models.DateTimeField(_("to"), null=True)

    class Meta:
        ordering: ClassVar = ["at_samples", "id"]
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")

    def __str__(self) -> str:
        return f"{self.get_reason_display()} @ {self.at_samples}"
