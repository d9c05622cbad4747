"""Everything that is known, for programs."""

from __future__ import annotations

import json

from subtitles.exports.cues import Cue
from subtitles.exports.document import Document
from subtitles.exports.visible import visible

_IN_SCRIPTS = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def json_file(document: Document) -> bytes:
    """`{title, language, cues: [{begin_ms, end_ms, text, lines, words: [{begin_ms, end_ms, text}], …}]}`.

    Brackets are escaped, so that the file may be put into a page's script as it is.
    """
    found = {
        "title": visible(document.title),
        "language": visible(document.language),
        "cues": [_cue(cue, document.speakers) for cue in document.cues],
    }
    return (json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False).translate(_IN_SCRIPTS) + "\n").encode()


def _cue(cue: Cue, speakers: bool) -> dict[str, object]:
    return {
        "begin_ms": cue.begin_ms,
        "end_ms": cue.end_ms,
        "text": cue.text,
        "lines": cue.lines,
        "speaker": cue.speaker if speakers else "",
        "language": cue.language,
        "channel": cue.channel,
        "emotion": cue.emotion,
        "events": cue.events,
        "too_fast": cue.too_fast,
        "words": [
            {"begin_ms": word.begin_ms, "end_ms": word.end_ms, "text": visible(word.text + word.punctuation)}
            for word in cue.words
        ],
    }
