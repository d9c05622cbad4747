from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CaptionSession(models.Model):
    """One broadcast in a room."""

    class State(models.TextChoices):
        LIVE = "live", _("live")
        ENDING = "ending", _("ending")
        ENDED = "ended", _("ended")

    OPEN = (State.LIVE, State.ENDING)

    room = models.ForeignKey("subtitles.Room", models.CASCADE, related_name="sessions", verbose_name=_("room"))
    title = models.CharField(_("title"), max_length=160)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.LIVE)
    language = models.CharField(_("spoken language"), max_length=35)
    broadcast = models.UUIDField(null=True, editable=False)
    """The page or program that broadcasts: it may come back without being asked whether it takes over."""
    paced = models.BooleanField(default=True)
    """False when a file is pushed at another speed: then nothing is mapped to the wall clock."""
    epoch = models.PositiveIntegerField(default=0, editable=False)
    """Which writer may write: raised by whoever takes the session; a lower one is refused."""
    last_number = models.PositiveIntegerField(default=0, editable=False)
    captioned_samples = models.PositiveBigIntegerField(default=0, editable=False)
    """End of the last committed final: where a new engine stream begins."""
    seq = models.PositiveBigIntegerField(default=0, editable=False)
    """Position in the room of the newest change of this session's own state."""
    lease_until = models.DateTimeField(null=True, editable=False)
    """Until then the process that took the epoch looks after the session."""
    broadcaster_at = models.DateTimeField(null=True, editable=False)
    """When a broadcaster was last seen."""
    consent_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-started_at", "-id"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(state__in=["live", "ending"]), name="one_open_session_per_room"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return self.title
