"""Text for formats without escapes: what a player would take for markup is written with characters that look alike."""

from __future__ import annotations

import re

_MARKUP = str.maketrans({"{": "｛", "}": "｝", "\\": "＼", "<": "＜"})
_ARROW = re.compile(r"-{2,}>")


def harmless(line: str) -> str:
    """No override block, no tag, no arrow between times. Every "<" goes: ffmpeg reads "a < b && c > d" as bold."""
    return _ARROW.sub("→", line.translate(_MARKUP))
