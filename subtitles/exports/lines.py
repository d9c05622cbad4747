"""Where the lines of a sentence end, and where its cues do: the cheapest way through all the places where they may."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from subtitles.exports.breaks import CLAUSE_END, badness
from subtitles.exports.pieces import Piece
from subtitles.exports.presets import Preset
from subtitles.exports.widths import cells

CUE, LINE, RAGGED, ORPHAN, TOO_SHORT, TOO_LONG = 30.0, 10.0, 30.0, 60.0, 60.0, 1000.0
"""A cue, a line, a line's empty room, a lonely character, too short and too long a cue; the worst break costs 80."""
CUE_BREAK = 3.0
"""How much worse a bad break is at a cue's end than at a line's."""
PAUSE_MS, LONG_PAUSE_MS, HELD = 700, 1_500, 200.0
"""A pause ends a line as well as a comma does; a long one should end the cue, and costs this inside of one."""

Line = tuple[Piece, ...]


class _Way(NamedTuple):
    """The cheapest way found to some place in the sentence, by its last line."""

    cost: float
    line: int
    """Which line of its cue it is, from 1."""
    cue_begin: int
    line_begin: int
    before: _Way | None


def laid_out(pieces: Sequence[Piece], preset: Preset, reserved: int = 0) -> list[list[Line]]:
    """Cues of lines of pieces, at least one. `reserved` cells of the first line are taken by something else."""
    widths = [cells(piece.text, preset.full_width) + piece.spaced for piece in pieces]
    gaps = [after.begin_ms - before.end_ms for before, after in pairwise(pieces)]
    short = pieces[-1].end_ms - pieces[0].begin_ms <= preset.max_ms
    if short and sum(widths) + reserved <= preset.cells and max(gaps, default=0) < LONG_PAUSE_MS:
        return [[tuple(pieces)]]
    return _Layout(pieces, widths, gaps, preset, reserved).cues()


class _Layout:
    def __init__(self, pieces: Sequence[Piece], widths: list[int], gaps: list[int], preset: Preset, reserved: int):
        self.pieces, self.preset = pieces, preset
        self.room = preset.cells
        self.reserved = min(reserved, self.room // 2)
        self.begins = [piece.begin_ms for piece in pieces]
        self.spaced = [piece.spaced for piece in pieces]
        self.width_until = [0, *accumulate(widths)]
        self.held = [0.0, *(HELD * (gap >= LONG_PAUSE_MS) for gap in gaps), 0.0]
        self.held_until = list(accumulate(self.held))
        self.badness = [0, *(self._badness(at, gap) for at, gap in enumerate(gaps, 1))]

    def cues(self) -> list[list[Line]]:
        ways = [[_Way(0.0, self.preset.lines, 0, 0, None)]]
        for end in range(1, len(self.pieces) + 1):
            ways.append(self._ways_to(end, ways))
        return self._walked(min(ways[-1]))

    def _short(self, way: _Way, end: int) -> float:
        """What it costs if the cue which the way ends with has no time to be read. After the last there may be time."""
        if end == len(self.begins) or not way.before:
            return 0.0
        return TOO_SHORT if self.begins[end] - self.begins[way.cue_begin] < self.preset.min_ms else 0.0

    def _badness(self, at: int, gap: int) -> int:
        found = badness(self.pieces[at - 1].text, self.pieces[at].text)
        return min(found, CLAUSE_END) if gap >= PAUSE_MS else found

    def _ways_to(self, end: int, ways: list[list[_Way]]) -> list[_Way]:
        """The cheapest way for each line of a cue that may end here."""
        found: dict[int, _Way] = {}
        earliest = self.pieces[end - 1].end_ms - self.preset.max_ms
        for begin in range(end - 1, -1, -1):
            width = self._width(begin, end)
            if width > self.room and end - begin > 1:
                break
            cost = self._cost(begin, end, width)
            opening = cost + CUE + CUE_BREAK * self.badness[begin]
            following = cost + self.badness[begin] + self.held[begin]
            for way in ways[begin]:
                self._keep(found, opening + way.cost + self._short(way, begin), 1, begin, begin, way, earliest)
                if way.line < self.preset.lines:
                    self._keep(found, following + way.cost, way.line + 1, way.cue_begin, begin, way, earliest)
        return list(found.values())

    def _width(self, begin: int, end: int) -> int:
        width = self.width_until[end] - self.width_until[begin] - self.spaced[begin]
        return width if begin else width + self.reserved

    def _cost(self, begin: int, end: int, width: int) -> float:
        empty = 1 - width / self.room
        orphan = ORPHAN if end - begin == 1 and width <= max(2, self.room // 8) else 0.0
        return LINE + RAGGED * empty * empty + orphan + self.held_until[end - 1] - self.held_until[begin]

    def _keep(
        self,
        found: dict[int, _Way],
        cost: float,
        line: int,
        cue_begin: int,
        line_begin: int,
        before: _Way,
        earliest: int,
    ) -> None:
        if self.begins[cue_begin] < earliest:
            cost += TOO_LONG
        if line not in found or cost < found[line].cost:
            found[line] = _Way(cost, line, cue_begin, line_begin, before)

    def _walked(self, way: _Way) -> list[list[Line]]:
        """From the last line back to the first."""
        found: list[list[Line]] = []
        lines: list[Line] = []
        end = len(self.pieces)
        while way.before:
            lines.insert(0, tuple(self.pieces[way.line_begin : end]))
            if way.line == 1:
                found.insert(0, lines)
                lines = []
            end, way = way.line_begin, way.before
        return found
