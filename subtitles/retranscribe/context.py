"""What a model is told beforehand: the words of a vocabulary, the session's title, and what was heard live."""

from __future__ import annotations

from subtitles.engines.catalog.batch_options import CONTEXT_PIECE_CHARACTERS, CONTEXT_PIECES
from subtitles.models import Recording, Sentence, Transcript, Vocabulary

LONGEST = CONTEXT_PIECES * CONTEXT_PIECE_CHARACTERS
_WORDS_CHARACTERS = LONGEST // 2
"""A long vocabulary leaves room for the rest."""


def suggested(
    recording: Recording, vocabulary: Vocabulary | None = None, begin_ms: int = 0, end_ms: int | None = None
) -> str:
    """For the context box: at most `LONGEST` characters. Of the live text that between `begin_ms` and `end_ms`."""
    parts = [_words(vocabulary), recording.session.title, _heard(recording, begin_ms, end_ms)]
    return "\n".join(part for part in parts if part)[:LONGEST].strip()


def _words(vocabulary: Vocabulary | None) -> str:
    if vocabulary is None:
        return ""
    found = ""
    for word in dict.fromkeys(vocabulary.words.order_by("-weight", "pk").values_list("text", flat=True)):
        longer = f"{found}, {word}" if found else word
        if len(longer) > _WORDS_CHARACTERS:
            break
        found = longer
    return found


def _heard(recording: Recording, begin_ms: int, end_ms: int | None) -> str:
    said = Sentence.objects.filter(
        transcript__session=recording.session_id,
        transcript__kind=Transcript.Kind.LIVE,
        hidden=False,
        begin_ms__gte=begin_ms,
    ).order_by("begin_ms", "number")
    if end_ms is not None:
        said = said.filter(begin_ms__lt=end_ms)
    # A sentence has a character at least: more of them than characters are not needed.
    return " ".join(said.values_list("text", flat=True)[:LONGEST])[:LONGEST]
