"""Speakers by the names that people read: a model numbers them, and a person may have named them."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
"""From 1. With a point: the speaker of a part of the recording, where each part was numbered anew."""


def title(speaker: str) -> str:
    """`Speaker 2` for a number; a name that somebody gave stays."""
    return _("Speaker %(number)s") % {"number": speaker} if _NUMBER.fullmatch(speaker) else speaker


def number(title: str) -> str:
    """What `title` was made of, in any case of its letters; empty for anything else."""
    words = re.escape(_("Speaker %(number)s")).replace(re.escape("%(number)s"), f"({_NUMBER.pattern})")
    found = re.fullmatch(words, title.strip(), re.IGNORECASE)
    return found[1] if found else ""
