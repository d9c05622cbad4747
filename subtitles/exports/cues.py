"""Sentences laid out for a file: cues of a few lines that can be read in their time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from subtitles.exports.lines import Line, laid_out
from subtitles.exports.pieces import pieces
from subtitles.exports.presets import Preset
from subtitles.exports.visible import visible
from subtitles.exports.widths import cells
from subtitles.speech import FinalResult, Word

NOTHING_VISIBLE = "…"
"""Stands for a text of which nothing may be shown, so that no format loses the cue."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Whatever it is made of, it holds one to many non-empty lines without line ends, controls or tricks, and lasts."""

    begin_ms: int
    end_ms: int
    lines: tuple[str, ...]
    words: tuple[Word, ...] = ()
    """The pieces of the lines, as they stand there, in order."""
    speaker: str = ""
    language: str = ""
    channel: int | None = None
    emotion: str = ""
    events: tuple[str, ...] = ()
    speed: float = 0.0
    """Characters a second, as the preset counts them."""
    too_fast: bool = False

    def __post_init__(self) -> None:
        lines = tuple(filter(None, map(visible, self.lines)))
        set_once = object.__setattr__
        set_once(self, "lines", lines or (NOTHING_VISIBLE,))
        set_once(self, "begin_ms", max(self.begin_ms, 0))
        set_once(self, "end_ms", max(self.end_ms, self.begin_ms + 1))
        for name in ("speaker", "language", "emotion"):
            if value := getattr(self, name):
                set_once(self, name, visible(value))
        set_once(self, "events", tuple(filter(None, map(visible, self.events))))

    @property
    def text(self) -> str:
        """All lines as one."""
        whole = self.lines[0]
        for line in self.lines[1:]:
            whole += line if cells(whole[-1]) == 2 == cells(line[0]) else f" {line}"
        return whole


def one_a_sentence(sentences: Iterable[FinalResult]) -> list[Cue]:
    """Each sentence as it is: for texts, tables and programs rather than screens."""
    return [
        _cue(sentence, sentence.begin_ms, sentence.end_ms, (sentence.text,), sentence.words) for sentence in sentences
    ]


def cues(sentences: Iterable[FinalResult], preset: Preset, labels: bool = False) -> list[Cue]:
    """At least one cue a sentence, in order of time; `labels` keeps room for the name where the speaker changes.

    Only people who speak at once overlap. Too fast a cue is flagged: words are never left out.
    """
    found: list[_Draft] = []
    speaker = ""
    for sentence in sorted(sentences, key=lambda sentence: sentence.begin_ms):
        label = speaker_label(sentence.speaker) if labels and sentence.speaker != speaker else ""
        speaker = sentence.speaker
        found += _drafts(sentence, preset, cells(label, preset.full_width))
    found.sort(key=lambda draft: draft.begin_ms)
    return [_timed(draft, after, preset) for draft, after in zip_longest(found, found[1:])]


def speaker_label(speaker: str) -> str:
    return f"{visible(speaker)}: " if visible(speaker) else ""


def labelled(cues: Iterable[Cue]) -> list[tuple[Cue, str]]:
    """Each cue with the label to print before it: the speaker, where that changes."""
    found, speaker = [], ""
    for cue in cues:
        found.append((cue, speaker_label(cue.speaker) if cue.speaker != speaker else ""))
        speaker = cue.speaker
    return found


class _Draft(NamedTuple):
    """A cue before it is known when the next one comes."""

    begin_ms: int
    end_ms: int
    sentence: FinalResult
    lines: list[Line]


def _drafts(sentence: FinalResult, preset: Preset, reserved: int) -> list[_Draft]:
    text = visible(sentence.text) or NOTHING_VISIBLE
    parts = pieces(sentence, text, preset.cells, preset.full_width)
    return [
        _Draft(lines[0][0].begin_ms, lines[-1][-1].end_ms, sentence, lines)
        for lines in laid_out(parts, preset, reserved)
    ]


def _timed(draft: _Draft, after: _Draft | None, preset: Preset) -> Cue:
    """Long enough to be read where there is room, and gone before the next one comes."""
    inside = [piece for line in draft.lines for piece in line]
    width = sum(cells(piece.text, preset.full_width) + piece.spaced for piece in inside) - inside[0].spaced
    characters = width / (2 if preset.full_width else 1)
    wanted = max(draft.end_ms, draft.begin_ms + preset.min_ms, draft.begin_ms + round(1000 * characters / preset.speed))
    end = min(wanted, draft.begin_ms + preset.max_ms)
    if after:
        end = min(end, _room_until(draft, after, preset))
    speed = 1000 * characters / max(end - draft.begin_ms, 1)
    words = tuple(Word(piece.begin_ms, piece.end_ms, piece.text) for piece in inside)
    lines = tuple(map(_written, draft.lines))
    return _cue(draft.sentence, draft.begin_ms, end, lines, words, round(speed, 1), speed > preset.speed + 0.05)


def _room_until(draft: _Draft, after: _Draft, preset: Preset) -> int:
    mine, next_one = draft.sentence, after.sentence
    if draft.end_ms > after.begin_ms and (mine.speaker, mine.channel) != (next_one.speaker, next_one.channel):
        return draft.end_ms
    until = after.begin_ms - preset.gap_ms
    return max(until if until > draft.begin_ms else after.begin_ms, draft.begin_ms + 1)


def _written(line: Line) -> str:
    return "".join(" " + piece.text if piece.spaced else piece.text for piece in line).strip()


def _cue(
    sentence: FinalResult,
    begin_ms: int,
    end_ms: int,
    lines: tuple[str, ...],
    words: tuple[Word, ...],
    speed: float = 0.0,
    too_fast: bool = False,
) -> Cue:
    return Cue(
        begin_ms,
        end_ms,
        lines,
        words,
        sentence.speaker,
        sentence.language,
        sentence.channel,
        sentence.emotion,
        sentence.events,
        speed,
        too_fast,
    )
