"""File names that every system takes and no path hides in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePath

from subtitles.exports.visible import visible

LONGEST = 120
"""Bytes of a name without its ending; file systems allow 255 with it."""

_FORBIDDEN = re.compile(r'[/\\:*?"<>|%\u200b-\u200f\u2060]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Devices, on Windows, with any ending."""


def file_name(title: str, extension: str, fallback: str = "transcript") -> str:
    """`title` made harmless, cut to `LONGEST` bytes, with `.extension`. Nothing left of the title gives `fallback`."""
    stem = _FORBIDDEN.sub(" ", visible(title))
    stem = _shortened(" ".join(stem.split()).strip(" .-~")) or fallback
    return f"{'_' if _RESERVED.fullmatch(stem) else ''}{stem}.{extension}"


def distinct(names: Iterable[str]) -> list[str]:
    """The names, numbered where one comes again: "a.srt", "a (2).srt". Case makes no difference, as on most disks."""
    taken: set[str] = set()
    found: list[str] = []
    for name in names:
        path, number, new = PurePath(name), 1, name
        while _same(new) in taken:
            number += 1
            new = f"{path.stem} ({number}){path.suffix}"
        taken.add(_same(new))
        found.append(new)
    return found


def _shortened(stem: str) -> str:
    return stem.encode()[:LONGEST].decode(errors="ignore").rstrip(" .")


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
