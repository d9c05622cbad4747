"""Sessions as weeks of use leave them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from subtitles.models import CaptionSession, Recording, Room, Sentence, Transcript
from subtitles.search import index

HTMX = {"HX-Request": "true"}


def kept(room: Room, title: str = "Past", said: Sequence[str] = (), state: str = "ended") -> CaptionSession:
    """A session with its recording and its live text, a sentence every two seconds, readable by the search."""
    session = CaptionSession.objects.create(
        room=room, title=title, language="en", state=state, last_number=len(said), ended_at=timezone.now()
    )
    Recording.objects.create(session=session, samples=16_000)
    transcript(session, said)
    return session


def transcript(session: CaptionSession, said: Sequence[str], kind: str = "live", **fields: object) -> Transcript:
    made = Transcript.objects.create(session=session, kind=kind, engine="preview", **fields)
    Sentence.objects.bulk_create(
        Sentence(
            transcript=made,
            number=number,
            begin_ms=2000 * number,
            end_ms=2000 * number + 1500,
            text=text,
            language="en",
        )
        for number, text in enumerate(said, 1)
    )
    while index.catch_up():
        pass
    return made
