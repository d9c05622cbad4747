"""What happens in a room, as it travels from the process that captions to the hubs of all processes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from subtitles.live.wire import Item, SessionInfo


@dataclass(frozen=True, slots=True)
class SentenceChanged:
    """A committed sentence, new or edited; `item.seq` is its place in the room."""

    room_id: int
    session_id: int
    item: Item


@dataclass(frozen=True, slots=True)
class StateChanged:
    """A session began, is ending or has ended."""

    room_id: int
    session: SessionInfo
    seq: int


@dataclass(frozen=True, slots=True)
class InterimChanged:
    """The open sentence `number` reads `text` for now; empty withdraws it. May be lost on the way."""

    room_id: int
    session_id: int
    number: int
    text: str
    epoch: int = 0
    """Of the writer: a process that lost the session may not know it yet."""


@dataclass(frozen=True, slots=True)
class DelayChanged:
    """How far captions are behind speech."""

    room_id: int
    behind_ms: int


@dataclass(frozen=True, slots=True)
class ViewersCounted:
    """How many viewers the hub of process `origin` has in this room."""

    room_id: int
    origin: str
    viewers: int


@dataclass(frozen=True, slots=True)
class Poke:
    """Something in the room changed: look at the database."""

    room_id: int


@dataclass(frozen=True, slots=True)
class EpochRaised:
    """Another process took the session: whoever writes under a lower epoch lets go."""

    room_id: int
    session_id: int
    epoch: int


Change = SentenceChanged | StateChanged | InterimChanged | DelayChanged | ViewersCounted | Poke | EpochRaised
_KINDS: dict[str, Any] = {kind.__name__: kind for kind in Change.__args__}


def pack(change: Change) -> dict[str, Any]:
    return {"kind": type(change).__name__, "fields": asdict(change)}


def unpack(message: dict[str, Any]) -> Change:
    fields = dict(message["fields"])
    if "item" in fields:
        fields["item"] = Item(**fields["item"])
    if "session" in fields:
        fields["session"] = SessionInfo(**fields["session"])
    change: Change = _KINDS[message["kind"]](**fields)
    return change
