"""A session that was heard twice: live, with mistakes, and in batch."""

from __future__ import annotations

from itertools import pairwise

from subtitles.models import CaptionSession, Recording, Room, Sentence, Transcript, User

LIVE = (
    "he was not an ill disposed young men",
    "unless to be rather cold hearted",
    "and rather selfish is to be ill disposed",
    "had he married a more amiable women",
    "he might have been made still more respectable",
)
BATCH = (
    "He was not an ill-disposed young man,",
    "unless to be rather cold-hearted",
    "and rather selfish is to be ill-disposed.",
    "Had he married a more amiable woman,",
    "he might have been made still more respectable than he was.",
)
SENTENCE_MS = 3_000


def session_of(room: Room, title: str = "Austen") -> CaptionSession:
    session = CaptionSession.objects.create(
        room=room, title=title, language="en", state=CaptionSession.State.ENDED, last_number=len(LIVE)
    )
    Recording.objects.create(session=session, samples=16 * SENTENCE_MS * len(LIVE))
    return session


def room_of(name: str = "alice") -> Room:
    owner = User.objects.create_user(name)
    return Room.objects.create(title=f"{name}'s", slug=f"{name}s", owner=owner, engine="preview")


def transcript_of(
    session: CaptionSession, texts: tuple[str, ...] = LIVE, kind: str = Transcript.Kind.LIVE
) -> Transcript:
    transcript = Transcript.objects.create(session=session, kind=kind, engine="preview", model="pocketsphinx-en-us")
    Sentence.objects.bulk_create(
        Sentence(
            transcript=transcript,
            number=number,
            begin_ms=number * SENTENCE_MS,
            end_ms=(number + 1) * SENTENCE_MS - 500,
            text=text,
            words=words_of(text, number * SENTENCE_MS, (number + 1) * SENTENCE_MS - 500),
            language="en",
            speaker="1",
        )
        for number, text in enumerate(texts, 1)
    )
    return transcript


def words_of(text: str, begin_ms: int, end_ms: int) -> list[list[object]]:
    """Each as long as the others."""
    words = text.split()
    edges = [begin_ms + (end_ms - begin_ms) * place // len(words) for place in range(len(words) + 1)]
    return [[begin, end, word, ""] for (begin, end), word in zip(pairwise(edges), words, strict=True)]
