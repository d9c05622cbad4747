"""What is handed to an engine: a recording as one piece, or as several that its sentences are joined from again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from subtitles.engines.base import Source, Ticket


@dataclass(frozen=True, slots=True)
class Piece:
    source: Source
    begin_ms: int = 0
    """Where its first sample lies in the recording."""
    keep_from_ms: int = 0
    keep_to_ms: int | None = None
    """In the recording. Words whose middle lies outside belong to the neighbour, where pieces overlap."""
    ticket: Ticket | None = None
    result: Path | None = None
    sha256: str = ""
    """Of the result file."""
    prepared_at: float = 0.0
    """When it was brought to where the service can read it, in seconds since 1970; 0 = not known."""

    @property
    def is_sent(self) -> bool:
        return self.ticket is not None or self.result is not None

    def is_beyond(self, begin_ms: int, end_ms: int) -> bool:
        """Whether something belongs to a neighbour; its times count from the piece's first sample."""
        middle = self.begin_ms + (begin_ms + end_ms) // 2
        return middle < self.keep_from_ms or (self.keep_to_ms is not None and middle >= self.keep_to_ms)

    def as_json(self) -> dict[str, object]:
        source = self.source
        return {
            "path": _kept(source.path),
            "address": source.address,
            "container": source.container,
            "rate": source.sample_rate,
            "begin_ms": self.begin_ms,
            "keep": [self.keep_from_ms, self.keep_to_ms],
            "ticket": self.ticket.as_json() if self.ticket else None,
            "result": _kept(self.result),
            "sha256": self.sha256,
            "prepared_at": self.prepared_at,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> Piece:
        match kept:
            case {"keep": [int(keep_from), int() | None as keep_to], "rate": int(rate), "begin_ms": int(begin)}:
                pass
            case _:
                raise TypeError("piece")
        ticket, prepared_at = kept["ticket"], kept.get("prepared_at")
        return cls(
            Source(_found(kept["path"]), str(kept["address"]), str(kept["container"]), rate),
            begin,
            keep_from,
            keep_to,
            Ticket.from_json(ticket) if isinstance(ticket, dict) else None,
            _found(kept["result"]),
            str(kept["sha256"]),
            prepared_at if isinstance(prepared_at, float) else 0.0,
        )


def _kept(path: Path | None) -> str:
    """Relative to the data folder, so that it may be moved."""
    folder: Path = settings.SUBTITLES_DATA_DIR
    if path is None:
        return ""
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def _found(kept: object) -> Path | None:
    return settings.SUBTITLES_DATA_DIR / str(kept) if kept else None
