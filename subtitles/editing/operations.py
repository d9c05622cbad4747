"""What an editor can do, each as the changes that it makes. Nothing is written here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from subtitles.compare import revise
from subtitles.editing.states import State, as_state, gone, spoken, state
from subtitles.editing.transcripts import visible
from subtitles.editing.writing import Change
from subtitles.models import Revision, Sentence, Transcript
from subtitles.speech import MAX_SENTENCE_CHARACTERS, FinalResult, clean_text, clean_word

MAX_SPEAKER_CHARACTERS = 80
MAX_FIND_CHARACTERS = 200


class Refused(Exception):
    """That cannot be done; `key` says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Earlier(NamedTuple):
    """A sentence, and the revision of it to go back to."""

    sentence: Sentence
    revision: int


def with_text(sentence: Sentence, text: str) -> list[Change]:
    """Raises Refused."""
    return [Change(sentence, _said_as(sentence, _checked(text)))]


def split(sentence: Sentence, at: int) -> list[Change]:
    """Cut before character `at`. Raises Refused."""
    try:
        first, second = revise.split(spoken(sentence), at)
    except ValueError as error:
        raise Refused("split") from error
    return [Change(row, _kept_hidden(part, sentence)) for row, part in ((sentence, first), (beside(sentence), second))]


def merged(first: Sentence, second: Sentence) -> list[Change]:
    """Raises Refused: also of a hidden one and a shown one, whose words would all be shown or all be hidden."""
    if first.hidden != second.hidden:
        raise Refused("one_hidden")
    both = _kept_hidden(revise.merged(spoken(first), spoken(second)), first)
    if len(both.text) > MAX_SENTENCE_CHARACTERS:
        raise Refused("too_long")
    return [Change(first, both), Change(second, gone(state(second)))]


def hidden(sentence: Sentence, hide: bool) -> list[Change]:
    return [Change(sentence, replace(state(sentence), hidden=hide))]


def spoken_by(sentence: Sentence, speaker: str) -> list[Change]:
    return [Change(sentence, replace(state(sentence), speaker=clean_text(speaker, MAX_SPEAKER_CHARACTERS)))]


def renamed(transcript: Transcript, old: str, new: str) -> list[Change]:
    """Everywhere, in hidden sentences too."""
    old = clean_text(old, MAX_SPEAKER_CHARACTERS)
    return [change for sentence in transcript.sentences.filter(speaker=old) for change in spoken_by(sentence, new)]


def replaced(transcript: Transcript, find: str, by: str, case: bool) -> list[Change]:
    """In every visible sentence; one that is left without text is hidden. Raises Refused when one gets too long."""
    found = _pattern(find, case)
    by = clean_word(by)
    changes: list[Change] = []
    for sentence in visible(transcript):
        if found.search(sentence.text):
            text = found.sub(lambda _: by, sentence.text)
            changes += with_text(sentence, text) if clean_text(text) else hidden(sentence, True)
    return changes


def count(transcript: Transcript, find: str, case: bool) -> list[tuple[int, int]]:
    """Which visible sentences have it, by number, and how often each."""
    found = _pattern(find, case)
    lines = visible(transcript).values_list("number", "text")
    return [(number, times) for number, text in lines if (times := len(found.findall(text)))]


def gone_back(wanted: Sequence[Earlier]) -> list[Change]:
    """Each sentence as it was at one of its revisions. Raises Refused when there is no such revision."""
    keys = {earlier.sentence.pk: earlier for earlier in wanted}
    kept = Revision.objects.filter(sentence__in=keys, revision__in={earlier.revision for earlier in wanted})
    states = {(row.sentence_id, row.revision): State(**row.kept) for row in kept}
    try:
        return [Change(sentence, states[sentence.pk, revision]) for sentence, revision in wanted]
    except KeyError as error:
        raise Refused("revision") from error


def beside(sentence: Sentence) -> Sentence:
    """A row to be made next to this one."""
    return Sentence(transcript_id=sentence.transcript_id, channel=sentence.channel, language=sentence.language)


def _said_as(sentence: Sentence, text: str) -> State:
    return _kept_hidden(revise.with_text(spoken(sentence), text), sentence)


def _kept_hidden(said: FinalResult, before: Sentence) -> State:
    """One that is not there is hidden too, but not because somebody hid it."""
    return replace(as_state(said), hidden=before.hidden and bool(before.text))


def _checked(text: str) -> str:
    """A text that is too long is refused and not cut: nobody would see what is missing."""
    if len(text) > MAX_SENTENCE_CHARACTERS:
        raise Refused("too_long")
    cleaned = clean_text(text)
    if not cleaned:
        raise Refused("empty")
    return cleaned


def _pattern(find: str, case: bool) -> re.Pattern[str]:
    if not find or len(find) > MAX_FIND_CHARACTERS:
        raise Refused("find")
    return re.compile(re.escape(find), 0 if case else re.IGNORECASE)
