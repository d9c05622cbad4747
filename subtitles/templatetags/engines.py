"""Models by the names that people know them by."""

from __future__ import annotations

from django import template

from subtitles.models import Room, Transcript
from subtitles.pages import engines

register = template.Library()


@register.filter
def model_title(used: Room | Transcript) -> str:
    return engines.model_title(used.engine, used.model)
