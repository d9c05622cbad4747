from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from subtitles.models.sentence import Sentence

if TYPE_CHECKING:
    from subtitles.models.user import User


class Revision(models.Model):
    """What a sentence of an edited transcript was from this revision on, who made it so, and when."""

    sentence = models.ForeignKey(Sentence, models.CASCADE, related_name="revisions", verbose_name=_("sentence"))
    revision = models.PositiveIntegerField(_("revision"))
    kept = models.JSONField(_("kept"), default=dict, editable=False)
    """The sentence's fields by name: text, words, begin_ms, end_ms, speaker, hidden."""
    made_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="revisions", null=True, verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["sentence", "revision"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints: ClassVar = [models.UniqueConstraint(fields=["sentence", "revision"], name="revision_once")]

    def __str__(self) -> str:
        return f"{self.sentence} · {self.revision}"
