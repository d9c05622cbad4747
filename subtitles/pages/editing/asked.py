"""What the editor's script asks for: JSON, checked field by field."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest

from subtitles.editing.operations import Earlier
from subtitles.editing.writing import Stale
from subtitles.models import Sentence, Transcript

HIGHEST = 2**31 - 1
"""Of a number in the database."""


class Malformed(Exception):
    """That is no request of ours."""


class Asked:
    """`{"do": …, "sentences": [[number, revision], …], …}`; every method raises Malformed."""

    def __init__(self, request: HttpRequest, transcript: Transcript) -> None:
        self.transcript = transcript
        try:
            self._body: dict[str, Any] = json.loads(request.body)
        except (ValueError, RecursionError) as error:
            raise Malformed from error
        if not isinstance(self._body, dict):
            raise Malformed

    def text(self, name: str) -> str:
        value = self._body.get(name)
        if not isinstance(value, str):
            raise Malformed
        return value

    def number(self, name: str) -> int:
        return _whole(self._body.get(name))

    def flag(self, name: str) -> bool:
        return self._body.get(name) is True

    def sentences(self, count: int) -> list[Sentence]:
        """So many, each in the revision that the page knows. Raises Stale."""
        rows = self._read({entry[0]: entry[1] for entry in self._pairs("sentences", 2)})
        if len(rows) != count:
            raise Malformed
        return rows

    def earlier(self) -> list[Earlier]:
        """From `[number, revision, to]`. Raises Stale."""
        wanted = self._pairs("sentences", 3)
        rows = self._read({number: revision for number, revision, _ in wanted})
        if len(rows) != len(wanted):
            raise Malformed
        return [Earlier(row, to) for row, (_, _, to) in zip(rows, wanted, strict=True)]

    def _pairs(self, name: str, length: int) -> list[list[int]]:
        value = self._body.get(name)
        if not isinstance(value, list) or not all(isinstance(entry, list) and len(entry) == length for entry in value):
            raise Malformed
        return [[_whole(part) for part in entry] for entry in value]

    def _read(self, wanted: dict[int, int]) -> list[Sentence]:
        rows = {row.number: row for row in self.transcript.sentences.filter(number__in=list(wanted))}
        if rows.keys() != wanted.keys():
            raise Malformed
        stale = [row for row in rows.values() if row.revision != wanted[row.number]]
        if stale:
            raise Stale(stale)
        return [rows[number] for number in wanted]


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= HIGHEST:
        raise Malformed
    return value
