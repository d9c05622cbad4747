from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TokenBucket(models.Model):
    """One rate that a provider allows, shared by all processes: who may ask it next, and when."""

    name = models.CharField(_("name"), max_length=160, unique=True)
    """Engine, digest of the key, model and call."""
    next_us = models.BigIntegerField(_("next at"), default=0)
    """Microseconds of Unix time before which nobody may ask."""

    class Meta:
        verbose_name = _("rate limit")
        verbose_name_plural = _("rate limits")

    def __str__(self) -> str:
        return self.name
