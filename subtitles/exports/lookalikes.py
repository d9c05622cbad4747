"""Text for formats without escapes: what a player would take for markup is written with characters that look alike."""

from __future__ import annotations

import re

_MARKUP = str.maketrans({"{": "｛", "}": "｝", "\\": "＼"})
_TAG = re.compile(r"<(?=[/!?A-Za-z])")
_ARROW = re.compile(r"-{2,}>")


def harmless(line: str) -> str:
    """No override block, no tag and no arrow between times. A single "<", as in "a < b", stays."""
    return _ARROW.sub("→", _TAG.sub("＜", line.translate(_MARKUP)))
