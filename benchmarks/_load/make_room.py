"""A database with one room and one session in it, in SUBTITLES_DATA_DIR; prints how to reach them."""

from __future__ import annotations

import json
import os

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "subtitles.settings")
django.setup()
call_command("migrate", verbosity=0)

from benchmarks._load.caption import FIRST_SEQ  # noqa: E402
from subtitles.models import CaptionSession, Room, User  # noqa: E402

owner = User.objects.create_user("bench")
room = Room.objects.create(title="Bench", slug="bench", owner=owner, seq=FIRST_SEQ)
session = CaptionSession.objects.create(room=room, title="Bench", state=CaptionSession.State.ENDED, language="en")
key = room.renew_stream_key()
room.save()
print(json.dumps({"room": room.pk, "session": session.pk, "token": room.watch_token, "key": key}))
