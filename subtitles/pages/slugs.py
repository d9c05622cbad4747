from __future__ import annotations

import secrets

from django.utils.text import slugify

from subtitles.models import Room

LONGEST = 50
TAKEN_BY_PAGES = frozenset({"new"})


def free_slug(title: str) -> str:
    """An address for a room of this title that no other room and no page has; letters of any script stay."""
    slug = slugify(title, allow_unicode=True)[:LONGEST].strip("-") or "room"
    if slug in TAKEN_BY_PAGES or Room.objects.filter(slug=slug).exists():
        return f"{slug}-{secrets.token_hex(3)}"
    return slug
