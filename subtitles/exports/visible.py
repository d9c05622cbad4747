"""Text as any file may hold it."""

from __future__ import annotations

import re

from subtitles.speech import clean_text

_NO_CHARACTERS = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(chr(plane | last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
"""Code points that Unicode keeps for nobody: XML forbids some, and ffmpeg drops a cue that has one."""


def visible(text: str) -> str:
    """One line without controls, tricks and code points that are no characters; may be empty."""
    return clean_text(_NO_CHARACTERS.sub("\ufffd", text))
