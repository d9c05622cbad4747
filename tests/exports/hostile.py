"""Texts that break careless writers, readers or players."""

from __future__ import annotations

from hypothesis import strategies as st

from subtitles.exports.cues import Cue

TEXTS = (
    "00:00:01.000 --> 00:00:09.000",
    "a --> b ---> c -->",
    "first\n\nsecond",
    "3\n00:00:01,000 --> 00:00:02,000\nowned",
    "NOTE hidden",
    "STYLE\n::cue { color: red }",
    "REGION",
    "WEBVTT",
    "<script>alert(1)</script> <b>bold</b> <c.red>x</c> <00:00:01.000>",
    "<v Mallory>not said by her",
    "a < b && c > d &amp; &lt; &nbsp; &#60;",
    r"{\an8}{\p1}m 0 0 l 9 9{\fscx9999} {comment} \N \n \h",
    "back\\slash at the end\\",
    "=1+1",
    "@SUM(A1) -2 +3",
    '"quoted", with; commas\tand tabs',
    "'=already",
    "\ud800 lone \udfff",
    "\u202eright to left\u202c \u2066isolated\u2069 \u200f",
    "nul\x00 bell\x07 escape\x1b[31m next\x85 line\u2028separator\u2029paragraph\x0b\x0c\x1c",
    "\ufeff\ufffe\uffff",
    "\x00\u202e",
    "   ",
    "",
    "1",
    "42",
    "</script><!-- ]]> -->",
    "זה טקסט בעברית, مرحبا",
    "你好，世界。「引号」！",
    "e" + "\u0301" * 500,
    "👩\u200d👩\u200d👧 ♪",
    "Dialogue: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,x",
    "[Events]",
    "x" * 5_000,
)


def cues_of(texts: tuple[str, ...] = TEXTS, speaker: str = "") -> list[Cue]:
    """One cue a text, a second each."""
    return [Cue(1000 * place, 1000 * place + 900, (text,), speaker=speaker) for place, text in enumerate(texts)]


_pieces = st.sampled_from(
    ["-->", "\n", "\n\n", "<b>", "{\\an8}", "\\N", "&lt;", "00:00:01,000", "7", ",", "=", '"', "好"]
)
lines = st.lists(st.one_of(_pieces, st.text(st.characters(), max_size=6)), max_size=6).map("".join)
cue_lists = st.lists(
    st.builds(
        Cue,
        st.integers(0, 10**7),
        st.integers(0, 10**7),
        st.lists(lines, max_size=3).map(tuple),
        speaker=st.one_of(st.just(""), lines),
    ),
    max_size=4,
)
