"""`python -m tests.browser.ground`: fills the data folder that the environment names, as weeks of use would.

Tables, collected files, an admin who is signed in, rooms without a past, and one with two sessions. Prints a JSON
object: `cookie` (the admin's session), `rooms`, `preview`, `archive` (as `create_room --json` says; the archive with
the `id` of its short session).
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
"""Of the newest session: more than a page shows."""
SENTENCES_OF_A_SHORT_ONE = 12
SENTENCE_MS = 3_000


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    rooms = [_room(f"Stage {number}") for number in range(1, ROOMS + 1)]
    preview = _room("A room on the preview engine", "--engine", "preview")
    archive = _room("The town council 市议会")
    archive["id"] = _past(archive["slug"], "Budget, first reading 预算", SENTENCES_OF_A_SHORT_ONE, days_ago=9)
    _past(archive["slug"], "Budget, second reading", SENTENCES, days_ago=2)
    json.dump({"cookie": _cookie(), "rooms": rooms, "preview": preview, "archive": archive}, sys.stdout)


def _room(title: str, *arguments: str) -> dict[str, Any]:
    shown = io.StringIO()
    engine = arguments or ("--engine", "dashscope", "--model", "paraformer-realtime-v2", "--language", "en")
    call_command("create_room", title, *engine, "--json", stdout=shown)
    facts: dict[str, Any] = json.loads(shown.getvalue())
    return facts


def _cookie() -> str:
    from django.test import Client  # noqa: PLC0415 - needs the applications loaded

    from subtitles.models import User  # noqa: PLC0415

    admin = User.objects.get(username="admin")
    admin.set_password("correct horse battery")
    admin.save()
    client = Client()
    client.force_login(admin)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _past(slug: str, title: str, sentences: int, days_ago: int) -> int:
    """An ended session; its id."""
    from django.utils import timezone  # noqa: PLC0415

    from subtitles import models  # noqa: PLC0415

    room = models.Room.objects.get(slug=slug)
    seq, room.seq = room.seq, room.seq + sentences + 1
    room.save()
    began = timezone.now() - timedelta(days=days_ago)
    session = models.CaptionSession.objects.create(
        room=room, title=title, state="ended", language="en", last_number=sentences, seq=room.seq
    )
    times = {"started_at": began, "ended_at": began + timedelta(milliseconds=sentences * SENTENCE_MS)}
    models.CaptionSession.objects.filter(pk=session.pk).update(**times)
    recording = models.Recording.objects.create(session=session, samples=sentences * SENTENCE_MS * 16)
    models.RecordingGap.objects.create(recording=recording, at_samples=160_000, reason="lost", ms=2_500)
    transcript = models.Transcript.objects.create(session=session, engine="dashscope", model="paraformer-realtime-v2")
    numbers = range(1, sentences + 1)
    models.Sentence.objects.bulk_create(_sentence(transcript.pk, number, seq + number) for number in numbers)
    return session.pk


def _sentence(transcript: int, number: int, seq: int) -> Any:
    from subtitles.models import Sentence  # noqa: PLC0415

    text = f"This is sentence {number}, and the council takes note of it. 记录在案。"
    begin = (number - 1) * SENTENCE_MS
    return Sentence(
        transcript_id=transcript, number=number, seq=seq, begin_ms=begin, end_ms=begin + SENTENCE_MS - 400, text=text
    )


if __name__ == "__main__":
    main()
