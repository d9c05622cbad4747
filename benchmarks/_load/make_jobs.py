"""`COUNT MODEL`: so many recordings of a second in the first room, each with a wish to be transcribed again."""

from __future__ import annotations

import sys

import django

django.setup()

from django.conf import settings  # noqa: E402

from subtitles.models import CaptionSession, Recording, Room  # noqa: E402
from subtitles.recordings.audio_log import AudioLog  # noqa: E402
from subtitles.retranscribe import wishes  # noqa: E402
from subtitles.speech import BYTES_PER_SAMPLE, SAMPLE_RATE  # noqa: E402

count, model = int(sys.argv[1]), sys.argv[2]
room = Room.objects.order_by("pk")[0]
recordings = []
for _ in range(count):
    session = CaptionSession.objects.create(room=room, title="Bench", state=CaptionSession.State.ENDED)
    log = AudioLog(settings.SUBTITLES_DATA_DIR / "live" / str(session.pk))
    log.begin_segment(1)
    log.append(0, bytes(SAMPLE_RATE * BYTES_PER_SAMPLE))
    log.close()
    # Not sealed: nothing else is done with it meanwhile.
    recordings.append(Recording.objects.create(session=session, samples=SAMPLE_RATE))
wishes.for_many(recordings, "dashscope", model)
