"""`main("put", model, …)` makes tables and a job for each model; `main("show")` prints how the jobs stand, as JSON."""

from __future__ import annotations

import json
import sys

from django.conf import settings
from django.core.management import call_command

from subtitles.models import Job, Recording, Transcript, Usage
from subtitles.recordings.audio_log import AudioLog
from subtitles.retranscribe import wishes
from tests.fakes import position_code
from tests.retranscribe.scripted import ENGINE
from tests.retranscribe.stage import recording


def main(what: str, *models: str) -> None:
    if what == "put":
        call_command("migrate", verbosity=0)
        for model in models:
            wishes.transcribe_again(spoken(), ENGINE, model, "en")
    json.dump({job.transcription.model: story(job) for job in Job.objects.filter(kind=wishes.KIND)}, sys.stdout)


def spoken() -> Recording:
    this = recording()
    log = AudioLog(settings.SUBTITLES_DATA_DIR / "live" / str(this.session_id))
    log.begin_segment(1)
    log.append(0, position_code.encode(0, 40))
    log.close()
    return this


def story(job: Job) -> list[object]:
    """State, sentences of each transcript that is shown, bills."""
    shown = Transcript.objects.filter(jobs=job.pk, ready=True)
    return [job.state, [one.sentences.count() for one in shown], Usage.objects.filter(job=job).count()]
