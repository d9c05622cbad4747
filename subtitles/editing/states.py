"""What of a sentence may be changed, as a value: what a revision keeps."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from subtitles.models import Sentence
from subtitles.speech import FinalResult, Word

Kept = list[list[Any]]


@dataclass(frozen=True, slots=True)
class State:
    begin_ms: int
    end_ms: int
    text: str
    """Empty: the sentence is not there, because it was joined to another one or is not made yet."""
    words: Kept
    speaker: str = ""
    hidden: bool = False

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in FIELDS}


FIELDS = [field.name for field in fields(State)]


def state(sentence: Sentence) -> State:
    return State(sentence.begin_ms, sentence.end_ms, sentence.text, sentence.words, sentence.speaker, sentence.hidden)


def gone(before: State) -> State:
    return replace(before, text="", words=[], hidden=True)


def spoken(sentence: Sentence) -> FinalResult:
    """The row as everything that is pure knows it."""
    return FinalResult(
        sentence.begin_ms,
        sentence.end_ms,
        sentence.text,
        tuple(Word(*word) for word in sentence.words),
        sentence.language,
        sentence.speaker,
        sentence.channel,
        sentence.emotion,
        sentence.emotion_confidence,
        tuple(sentence.events),
    )


def as_state(said: FinalResult) -> State:
    words = [[word.begin_ms, word.end_ms, word.text, word.punctuation] for word in said.words]
    return State(said.begin_ms, said.end_ms, said.text, words, said.speaker)
