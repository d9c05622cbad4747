"""A database with rooms, in SUBTITLES_DATA_DIR; prints how to reach them. The first has a broadcast that is over."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "subtitles.settings")
django.setup()
call_command("migrate", verbosity=0)

from benchmarks._load.caption import FIRST_SEQ  # noqa: E402
from subtitles.models import CaptionSession, Room, Transcript, User  # noqa: E402

owner = User.objects.create_user("bench")
made: list[dict[str, Any]] = []
for number in range(int(sys.argv[1])):
    room = Room(title=f"Bench {number}", slug=f"bench-{number}", owner=owner, seq=FIRST_SEQ, language="zh-CN")
    room.engine, room.model = "dashscope", "paraformer-realtime-v2"
    key = room.renew_stream_key()
    room.save()
    made.append({"id": room.pk, "slug": room.slug, "token": room.watch_token, "key": key})
state = CaptionSession.State.ENDED
session = CaptionSession.objects.create(room_id=made[0]["id"], title="Bench", state=state, language="en")
Transcript.objects.create(session=session, kind=Transcript.Kind.LIVE)
print(json.dumps({"rooms": made, "session": session.pk}))
