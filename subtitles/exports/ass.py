"""Advanced SubStation Alpha, as libass and Aegisub read it."""

from __future__ import annotations

from subtitles.exports.cues import Cue
from subtitles.exports.document import Document
from subtitles.exports.lookalikes import harmless
from subtitles.exports.timecodes import centiseconds
from subtitles.exports.visible import visible

_HEAD = """\
[Script Info]
Title: {title}
ScriptType: v4.00+
WrapStyle: 0
ScaledBorderAndShadow: yes
PlayResX: 1920
PlayResY: 1080

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,64,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,80,80,60,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def ass(document: Document) -> bytes:
    lines = [_dialogue(cue, document.speakers) for cue in document.cues]
    return (_HEAD.format(title=_field(document.title)) + "".join(lines)).encode()


def _dialogue(cue: Cue, speakers: bool) -> str:
    begin = (cue.begin_ms + 5) // 10
    end = max((cue.end_ms + 5) // 10, begin + 1)
    name = _field(cue.speaker) if speakers else ""
    text = r"\N".join(map(harmless, cue.lines))
    return f"Dialogue: 0,{centiseconds(begin)},{centiseconds(end)},Default,{name},0,0,0,,{text}\n"


def _field(text: str) -> str:
    """A comma ends a field."""
    return harmless(visible(text)).replace(",", "，")
