"""`main("put")` makes tables and a job whose recording was erased; `main("show")` prints how its jobs stand."""

from __future__ import annotations

import json
import sys

from django.core.management import call_command

from subtitles.models import Job, TranscriptionJob


def main(what: str) -> None:
    if what == "put":
        call_command("migrate", verbosity=0)
        job = Job.objects.create(kind="retranscribe", key="a")
        TranscriptionJob.objects.create(job=job, engine="dashscope", model="paraformer-v2")
    json.dump(list(Job.objects.values_list("state", flat=True)), sys.stdout)
