"""Numbers that were counted for a whole list at once."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.db.models import Model

register = template.Library()


@register.filter
def of(counts: Mapping[int, int], one: Model) -> int:
    return counts.get(one.pk, 0)
