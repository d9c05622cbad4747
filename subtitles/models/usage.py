from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from subtitles.models.caption_session import CaptionSession
from subtitles.models.job import Job

if TYPE_CHECKING:
    from subtitles.models.user import User


class Usage(models.Model):
    """What an engine says it bills for one task. Outlives the session, the job and the user that it was for."""

    engine = models.CharField(_("engine"), max_length=40)
    task_id = models.CharField(_("task"), max_length=160)
    """The provider's id; where it gives none, the job's own."""
    model = models.CharField(_("model"), max_length=80, blank=True)
    seconds = models.FloatField(_("billed seconds"), null=True)
    """Empty = the service did not say."""
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=6, null=True)
    """By the published price of the day. Empty = the price or the seconds are not known; never 0 for that."""
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    region = models.CharField(_("region"), max_length=20, blank=True)
    session = models.ForeignKey(
        CaptionSession, models.SET_NULL, related_name="usage", null=True, verbose_name=_("session")
    )
    job = models.ForeignKey(Job, models.SET_NULL, related_name="usage", null=True, verbose_name=_("job"))
    user: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="usage", null=True, verbose_name=_("requested by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        constraints: ClassVar = [models.UniqueConstraint(fields=["engine", "task_id"], name="one_bill_per_task")]

    def __str__(self) -> str:
        return f"{self.engine} {self.task_id}"
