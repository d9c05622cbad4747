"""`python -m tests.browser.editing_ground SLUG [SENTENCES]`: a session in the room that was heard twice.

In the data folder that the environment names. With a number the session has so many sentences, over and over. Prints a
JSON object: the ids `session`, `live`, `batch`, `copy`.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise

import django

HEARD = (
    "and mr john dashwood had then leisure to consider how much there might be prudently in his power to do for them",
    "he was not an ill disposed young men",
    "unless to be rather cold hearted and rather selfish is to be ill disposed",
    "had he married a more amiable women he might have been made still more respectable than he was",
    "he might even have been made amiable himself",
)
HEARD_AGAIN = (
    "And Mr. John Dashwood had then leisure to consider how much there might be prudently in his power to do for them.",
    "He was not an ill-disposed young man,",
    "unless to be rather cold-hearted and rather selfish is to be ill-disposed.",
    "Had he married a more amiable woman, he might have been made still more respectable than he was:",
    "he might even have been made amiable himself.",
)
SPOKEN_MS = ((500, 7_600), (8_800, 11_790), (12_990, 18_290), (19_490, 25_540), (26_740, 30_030))
LENGTH_MS = 31_230


def main() -> None:
    django.setup()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else len(HEARD)
    json.dump(made(sys.argv[1], count), sys.stdout)


def made(slug: str, count: int) -> dict[str, int]:
    """The ids of what it made."""
    from subtitles.editing.copying import copied  # noqa: PLC0415 - needs the applications loaded
    from subtitles.models import CaptionSession, Room, Transcript  # noqa: PLC0415

    room = Room.objects.get(slug=slug)
    session = CaptionSession.objects.create(
        room=room, title="Sense and Sensibility", language="en", state="ended", last_number=count
    )
    _record(session.pk)
    kinds = ((Transcript.Kind.LIVE, HEARD), (Transcript.Kind.BATCH, HEARD_AGAIN))
    live, batch = (_heard(session.pk, kind, texts, count) for kind, texts in kinds)
    copy = copied(Transcript.objects.get(pk=live), room.owner)
    return {"session": session.pk, "live": live, "batch": batch, "copy": copy.pk}


def _record(session: int) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from subtitles.models import Recording  # noqa: PLC0415
    from subtitles.recordings.archive import Progress, archive  # noqa: PLC0415
    from tests.recordings.ground import log, speech  # noqa: PLC0415

    pcm = speech()
    log(session, pcm)
    archive(session, len(pcm) // 2, Progress())
    now = timezone.now()
    Recording.objects.create(session_id=session, samples=len(pcm) // 2, sealed_at=now, encoded_at=now, peaks_at=now)


def _heard(session: int, kind: str, texts: tuple[str, ...], count: int) -> int:
    from subtitles.models import Sentence, Transcript  # noqa: PLC0415

    transcript = Transcript.objects.create(session_id=session, kind=kind, engine="preview", model="pocketsphinx-en-us")
    rows = []
    for number in range(count):
        around, place = divmod(number, len(texts))
        begin, end = (around * LENGTH_MS + ms for ms in SPOKEN_MS[place])
        words = _words(texts[place], begin, end)
        rows.append(
            Sentence(
                transcript=transcript,
                number=number + 1,
                seq=number + 1,
                begin_ms=begin,
                end_ms=end,
                text=texts[place],
                words=words,
                language="en",
            )
        )
    Sentence.objects.bulk_create(rows)
    return transcript.pk


def _words(text: str, begin_ms: int, end_ms: int) -> list[list[object]]:
    """Each as long as the others."""
    words = text.split()
    edges = [begin_ms + (end_ms - begin_ms) * place // len(words) for place in range(len(words) + 1)]
    return [[begin, end, word, ""] for (begin, end), word in zip(pairwise(edges), words, strict=True)]


if __name__ == "__main__":
    main()
