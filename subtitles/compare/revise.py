"""What an editor does to sentences, with the times of the words kept."""

from __future__ import annotations

from dataclasses import replace

from subtitles.compare.splice import timed, united, words_of
from subtitles.speech import FinalResult


def with_text(sentence: FinalResult, text: str) -> FinalResult:
    """Words that stay keep their times; new ones share the time between them by length."""
    return timed(sentence, text, sentence.words)


def split(sentence: FinalResult, at: int) -> tuple[FinalResult, FinalResult]:
    """Two sentences, cut before character `at`. ValueError when either would be empty."""
    texts = sentence.text[:at].rstrip(), sentence.text[at:].lstrip()
    if not all(texts):
        raise ValueError("there is no text on one side of the cut")
    before, after = words_of(sentence, 0, at), words_of(sentence, at)
    end = before[-1].end_ms if before else sentence.begin_ms
    begin = after[0].begin_ms if after else sentence.end_ms
    return (
        timed(replace(sentence, end_ms=end), texts[0], before),
        timed(replace(sentence, begin_ms=begin, events=()), texts[1], after),
    )


def merged(first: FinalResult, second: FinalResult) -> FinalResult:
    """One sentence out of two neighbours; what only one of them knows is kept, else the first one's."""
    text, words = united((sentence.text, words_of(sentence)) for sentence in (first, second))
    both = replace(
        first,
        begin_ms=min(first.begin_ms, second.begin_ms),
        end_ms=max(first.end_ms, second.end_ms),
        speaker=first.speaker or second.speaker,
        language=first.language or second.language,
        emotion=first.emotion or second.emotion,
        events=tuple(dict.fromkeys((*first.events, *second.events))),
    )
    return timed(both, text, words)
