"""`python -m tests.browser.ground`: fills the data folder that the environment names, as weeks of use would.

Tables, collected files, an admin who is signed in, rooms without a past, and one room with a long one. Prints a JSON
object: `cookie` (the admin's session), `rooms`, `archive` (as `create_room --json` says, with the session's `id`).
"""

from __future__ import annotations

import io
import json
import sys
from datetime import timedelta
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

ROOMS = 12
SENTENCES = 400
SENTENCE_MS = 3_000


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    rooms = [_room(f"Stage {number}") for number in range(1, ROOMS + 1)]
    preview = _room("A room on the preview engine", "--engine", "preview")
    archive = _room("The town council 市议会")
    facts = {
        "cookie": _cookie(),
        "rooms": rooms,
        "preview": preview,
        "archive": {**archive, "id": _past(archive["slug"])},
    }
    json.dump(facts, sys.stdout)


def _room(title: str, *arguments: str) -> dict[str, Any]:
    shown = io.StringIO()
    engine = arguments or ("--engine", "dashscope", "--model", "paraformer-realtime-v2", "--language", "en")
    call_command("create_room", title, *engine, "--json", stdout=shown)
    facts: dict[str, Any] = json.loads(shown.getvalue())
    return facts


def _cookie() -> str:
    from django.test import Client  # noqa: PLC0415 - needs the applications loaded

    from subtitles.models import User  # noqa: PLC0415

    client = Client()
    client.force_login(User.objects.get(username="admin"))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _past(slug: str) -> int:
    """An ended session with more sentences than a page shows."""
    from django.utils import timezone  # noqa: PLC0415

    from subtitles import models  # noqa: PLC0415

    room = models.Room.objects.get(slug=slug)
    began = timezone.now() - timedelta(days=2)
    session = models.CaptionSession.objects.create(
        room=room,
        title="Budget, second reading",
        state="ended",
        language="en",
        last_number=SENTENCES,
        seq=SENTENCES + 1,
    )
    times = {"started_at": began, "ended_at": began + timedelta(milliseconds=SENTENCES * SENTENCE_MS)}
    models.CaptionSession.objects.filter(pk=session.pk).update(**times)
    recording = models.Recording.objects.create(session=session, samples=SENTENCES * SENTENCE_MS * 16)
    models.RecordingGap.objects.create(recording=recording, at_samples=160_000, reason="lost", ms=2_500)
    transcript = models.Transcript.objects.create(session=session, engine="dashscope", model="paraformer-realtime-v2")
    models.Sentence.objects.bulk_create(_sentence(transcript.pk, number) for number in range(1, SENTENCES + 1))
    room.seq = SENTENCES + 1
    room.save()
    return session.pk


def _sentence(transcript: int, number: int) -> Any:
    from subtitles.models import Sentence  # noqa: PLC0415

    text = f"This is sentence {number}, and the council takes note of it. 记录在案。"
    begin = (number - 1) * SENTENCE_MS
    return Sentence(
        transcript_id=transcript, number=number, seq=number, begin_ms=begin, end_ms=begin + SENTENCE_MS - 400, text=text
    )


if __name__ == "__main__":
    main()
