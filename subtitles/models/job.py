from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from subtitles.models.user import User


class Job(models.Model):
    """Work that outlives the process that does it. The row is the truth; whoever holds the lease may change it.

    `kind` says what does the work (`settings.JOB_KINDS`), `key` what it is done to: at most one open job has both.
    Which states a kind uses is its own affair; those of `RUNNABLE` are taken up when `run_at` has come.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        PREPARED = "prepared", _("prepared")
        SUBMITTING = "submitting", _("submitting")
        WAITING = "waiting", _("waiting")
        FETCHED = "fetched", _("fetched")
        UNCERTAIN = "uncertain", _("uncertain")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    RUNNABLE = (State.QUEUED, State.PREPARED, State.SUBMITTING, State.WAITING, State.FETCHED)
    OVER = (State.DONE, State.FAILED, State.CANCELLED)

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key"), max_length=160)
    payload = models.JSONField(_("details"), default=dict, blank=True)
    """What the kind was asked to do, where it has no table of its own."""
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    fence = models.PositiveBigIntegerField(default=0, editable=False)
    """Raised by every claim: an older holder can write nothing more."""
    owner = models.CharField(_("worker"), max_length=80, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, editable=False)
    """Empty = nobody holds it."""
    run_at = models.DateTimeField(_("next step at"), default=timezone.now)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    """How often the step that is due has failed in a row."""
    step = models.CharField(_("step"), max_length=40, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent"), null=True, blank=True)
    error_kind = models.CharField(_("kind of error"), max_length=12, blank=True)
    error_key = models.CharField(_("error"), max_length=80, blank=True)
    error_message = models.TextField(_("message"), blank=True)
    """Of the last failure: the job may still be trying."""
    cancel_asked = models.BooleanField(_("cancel asked for"), default=False)
    requested_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="jobs",
        null=True,
        blank=True,
        verbose_name=_("requested by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    moved_at = models.DateTimeField(_("in this state since"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state__in=["queued", "prepared", "submitting", "waiting", "fetched", "uncertain"]),
                name="one_open_job",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["state", "run_at"])]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def is_over(self) -> bool:
        return self.state in self.OVER
