"""What viewers read from the database: units for the reader thread."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from subtitles.live.store import to_item
from subtitles.live.tail import SPARE, TAIL
from subtitles.live.wire import Item, SessionInfo
from subtitles.models import CaptionSession, RetiredLink, Room, Sentence, Transcript

WINDOW = 300
PAGE = 50


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room at one moment. `items` holds every change of the session with a seq above `floor`, in seq order.

    `tail`: the session's last visible sentences, where there were more changes than `items` can hold.
    """

    session: SessionInfo | None
    seq: int
    floor: int
    items: list[Item]
    tail: list[Item] | None = None


def view(room_id: int, after: int = 0) -> RoomView:
    """The room's newest broadcast with its changes after seq `after`, at most the last WINDOW of them.

    What was uploaded to the room has no live text, and is not for those who watch.
    """
    head = Room.objects.values_list("seq", flat=True).get(pk=room_id)
    broadcasts = CaptionSession.objects.filter(room=room_id, transcripts__kind=Transcript.Kind.LIVE)
    session = broadcasts.order_by("-pk").first()
    if session is None:
        return RoomView(None, head, 0, [])
    info = SessionInfo(session.pk, session.title, session.state, session.language)
    changed = _sentences(session.pk).filter(seq__gt=after, seq__lte=head).order_by("-seq")
    items = [to_item(row) for row in changed[: WINDOW + 1]]
    if len(items) <= WINDOW:
        return RoomView(info, head, after, items[::-1])
    visible = _sentences(session.pk).filter(seq__lte=head, hidden=False).order_by("-begin_ms", "-number")
    tail = [to_item(row) for row in visible[: TAIL + SPARE]]
    return RoomView(info, head, items[WINDOW].seq, items[WINDOW - 1 :: -1], tail)


def before(session_id: int, number: int) -> tuple[list[Item], bool]:
    """A page of sentences before `number` in reading order, and whether there are more."""
    rows = _sentences(session_id).filter(number__lt=number, hidden=False).order_by("-number")[: PAGE + 1]
    items = [to_item(row) for row in rows]
    return items[PAGE - 1 :: -1] if len(items) > PAGE else items[::-1], len(items) > PAGE


@dataclass(frozen=True, slots=True)
class Head:
    """How far a room has come, and the watch link that leads to it now."""

    seq: int
    token: str


def heads(room_ids: list[int]) -> dict[int, Head]:
    """Of those rooms that are there."""
    rows = Room.objects.filter(pk__in=room_ids).values_list("pk", "seq", "watch_token")
    return {room_id: Head(seq, token) for room_id, seq, token in rows}


def room_of_link(token: str) -> int | None:
    """The room a watch link leads to. Raises LookupError for a link that was replaced."""
    found = Room.objects.filter(watch_token=token).values_list("pk", flat=True).first()
    if found is None and RetiredLink.knows(token):
        raise LookupError
    return found


def _sentences(session_id: int) -> QuerySet[Sentence]:
    return Sentence.objects.filter(transcript__session=session_id, transcript__kind=Transcript.Kind.LIVE)
