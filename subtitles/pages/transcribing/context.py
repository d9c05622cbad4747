"""The box that tells a model beforehand what the recording is about."""

from __future__ import annotations

from django.utils.translation import gettext as _

from subtitles.engines.catalog import Option
from subtitles.engines.catalog.batch_options import CONTEXT_PIECE_CHARACTERS, CONTEXT_PIECES
from subtitles.models import Vocabulary
from subtitles.pages.transcribing.sound import Sound
from subtitles.retranscribe import context

NOTHING = " "
"""What is kept of a box that was emptied: nothing at all would be filled in when the job is done."""


def suggested(sound: Sound, option: Option, vocabulary: Vocabulary | None) -> str:
    """Words, title and live text of a single recording. Several are each given their own when they are done."""
    if len(sound.recordings) != 1:
        return ""
    return context.suggested(sound.recordings[0], vocabulary)[: option.most].replace("\r", "")


def kept(sound: Sound, option: Option, vocabulary: Vocabulary | None, entered: str) -> str | None:
    """None = as suggested: then each piece of a long recording gets what was said in it."""
    if len(sound.recordings) != 1:
        return entered or None
    return None if entered == suggested(sound, option, vocabulary).strip() else entered or NOTHING


def attributes(option: Option) -> dict[str, str]:
    """For static/js/counter.js. A box as long as all pieces together is sent in pieces."""
    counted = {"data-counted": _("{n} of {most} characters"), "data-most": str(option.most or "")}
    if option.most != CONTEXT_PIECES * CONTEXT_PIECE_CHARACTERS:
        return counted
    return counted | {
        "data-pieces": str(CONTEXT_PIECES),
        "data-piece": str(CONTEXT_PIECE_CHARACTERS),
        "data-cut": _("{n} characters in {pieces} of {all} pieces of {piece}; {lost} do not fit"),
    }
