from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from subtitles.models.job import Job
from subtitles.models.recording import Recording
from subtitles.models.transcript import Transcript

if TYPE_CHECKING:
    from subtitles.models.vocabulary import Vocabulary


class TranscriptionJob(models.Model):
    """What a job of the kind `retranscribe` is about. Changed only together with its job, under the same fence."""

    job = models.OneToOneField(
        Job, models.CASCADE, related_name="transcription", primary_key=True, verbose_name=_("job")
    )
    recording = models.ForeignKey(
        Recording, models.SET_NULL, related_name="jobs", null=True, verbose_name=_("recording")
    )
    """Empty once it was erased: the job stops, and what was paid can still be found."""
    engine = models.CharField(_("engine"), max_length=40)
    model = models.CharField(_("model"), max_length=80)
    region = models.CharField(_("region"), max_length=20, blank=True)
    """Of the service that has it; known once it was submitted."""
    language = models.CharField(_("spoken language"), max_length=35, blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)
    vocabulary: models.ForeignKey[Vocabulary | None, Vocabulary | None] = models.ForeignKey(
        "subtitles.Vocabulary",
        models.SET_NULL,
        related_name="jobs",
        null=True,
        blank=True,
        verbose_name=_("vocabulary"),
    )
    options_hash = models.CharField(max_length=64, editable=False)
    pieces = models.JSONField(_("pieces"), default=list, blank=True)
    """What is handed over, in order: `subtitles.retranscribe.pieces.Piece` as JSON, each with its ticket and result."""
    transcript = models.ForeignKey(
        Transcript, models.SET_NULL, related_name="jobs", null=True, verbose_name=_("transcript")
    )

    class Meta:
        ordering: ClassVar = ["-job"]
        verbose_name = _("transcription")
        verbose_name_plural = _("transcriptions")

    def __str__(self) -> str:
        return f"{self.engine} {self.model} #{self.pk}"


def options_hash(language: str, options: Mapping[str, object]) -> str:
    """The same for the same wishes, in whatever order they were written."""
    canonical = json.dumps([language, options], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
