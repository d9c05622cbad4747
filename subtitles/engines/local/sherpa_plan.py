"""What a worker is told about the model that it is to load. Plain data, sent as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """A model on this machine: its kind (`catalog.local.Kind`), and which of its files does what."""

    kind: str
    folder: str
    roles: Mapping[str, str]
    """Paths below `folder` by role, e.g. `{"encoder": "encoder.int8.onnx", "tokens": "tokens.txt"}`."""
    files: Mapping[str, tuple[int, str]]
    """Size and sha256 of every file: nothing is loaded that differs."""

    def path(self, role: str) -> str:
        return f"{self.folder}/{self.roles[role]}"


@dataclass(frozen=True, slots=True)
class Plan:
    model: Part
    threads: int = 1
    beam: bool = False
    """Search that takes hot words; transducers only."""
    punctuation: Part | None = None
    speakers: Part | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    """Options that the model takes when it is loaded."""

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for part in (self.model, self.punctuation, self.speakers) if part)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Plan:
        parts = {name: _part(kept[name]) for name in ("punctuation", "speakers")}
        model = Part(**kept["model"])
        return cls(model, int(kept["threads"]), bool(kept["beam"]), **parts, values=kept["values"])


def _part(kept: Mapping[str, Any] | None) -> Part | None:
    return Part(**kept) if kept else None
