from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchChange(models.Model):
    """A sentence that was written, changed or deleted, and that the search has not read since.

    Triggers of the database write these rows, so that no way of writing a sentence can forget to; `subtitles.search`
    reads and deletes them.
    """

    sentence_id = models.BigIntegerField(_("sentence"))
    """Of a sentence that may be gone."""

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = _("change to be searched")
        verbose_name_plural = _("changes to be searched")

    def __str__(self) -> str:
        return f"#{self.sentence_id}"
