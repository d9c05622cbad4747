"""A sentence as the editor's script knows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from subtitles.editing.writing import Step
from subtitles.models import Sentence


def item(sentence: Sentence) -> dict[str, Any]:
    """`text` is empty when the sentence is not there any more."""
    return {
        "number": sentence.number,
        "revision": sentence.revision,
        "begin_ms": sentence.begin_ms,
        "end_ms": sentence.end_ms,
        "text": sentence.text,
        "words": sentence.words,
        "speaker": sentence.speaker,
        "hidden": sentence.hidden,
        "lang": sentence.language,
    }


def answer(steps: Iterable[Step], sentences: Iterable[Sentence]) -> dict[str, Any]:
    """What was done, and what has become of the sentences: `steps` are `[number, before, after]`."""
    return {
        "steps": [[step.number, step.before, step.after] for step in steps],
        "sentences": [item(sentence) for sentence in sentences],
    }
