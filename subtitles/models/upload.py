from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from subtitles.models.caption_session import CaptionSession
from subtitles.models.room import Room

if TYPE_CHECKING:
    from subtitles.models.user import User


class Upload(models.Model):
    """A file on its way here. What has arrived is the length of `uploads/<id>.part`, nowhere else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="uploads", verbose_name=_("room"))
    requested_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="uploads", null=True, verbose_name=_("requested by")
    )
    file_name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size"))
    """In bytes, as promised at the start."""
    language = models.CharField(_("spoken language"), max_length=35, blank=True)
    pcm_rate = models.PositiveIntegerField(_("sample rate"), null=True, blank=True)
    """For raw 16-bit mono samples without a header, which say nothing of themselves."""
    session = models.ForeignKey(
        CaptionSession, models.SET_NULL, related_name="uploads", null=True, blank=True, verbose_name=_("session")
    )
    """What became of it."""
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    touched_at = models.DateTimeField(_("last bytes"), auto_now=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")

    def __str__(self) -> str:
        return self.file_name
