"""Whoever deletes a vocabulary (a page, the admin, its owner's end) has its copies deleted at the services too."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from subtitles.models import Vocabulary, VocabularyCopy
from subtitles.vocabularies import copies


@receiver(pre_delete, sender=Vocabulary)
def drop_copies(instance: Vocabulary, **_: Any) -> None:
    copies.drop(VocabularyCopy.objects.filter(vocabulary=instance))
