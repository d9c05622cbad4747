"""`python -m tests.browser.library_ground SLUG`: what a busy month leaves in the library, in the room.

In the data folder that the environment names: the session of editing_ground.py, jobs of every look, bills, words.
Prints a JSON object: what editing_ground.py prints, `jobs` ({state: id}), and `vocabulary`.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

import django

from tests.browser.editing_ground import HEARD, made

MODEL = "paraformer-v2"
STATES: dict[str, dict[str, Any]] = {
    "done": {},
    "failed": {"error_kind": "key", "error_key": "InvalidApiKey", "error_message": "Invalid API-key provided."},
    "uncertain": {"error_kind": "network", "error_key": "timeout", "error_message": "No answer came."},
    "waiting": {"step": "recognising", "percent": 40},
}
LONG_AFTER = timedelta(days=365)


def main() -> None:
    django.setup()
    ids: dict[str, Any] = made(sys.argv[1], len(HEARD))
    jobs = {state: _job(ids, state, fields) for state, fields in STATES.items()}
    _bill(ids["session"], jobs["done"])
    json.dump({**ids, "jobs": jobs, "vocabulary": _vocabulary(sys.argv[1])}, sys.stdout)


def _job(ids: dict[str, Any], state: str, fields: dict[str, Any]) -> int:
    """Nobody takes it up."""
    from django.utils import timezone  # noqa: PLC0415 - needs the applications loaded

    from subtitles.models import Job, Recording, Transcript, TranscriptionJob  # noqa: PLC0415

    recording = Recording.objects.select_related("session__room").get(session=ids["session"])
    owner, later = recording.session.room.owner, timezone.now() + LONG_AFTER
    key = f"{recording.pk}:{state}"
    job = Job.objects.create(kind="retranscribe", key=key, state=state, run_at=later, requested_by=owner, **fields)
    transcript = Transcript.objects.get(pk=ids["batch"]) if state == "done" else None
    options = {"diarization": True, "speaker_count": 2}
    TranscriptionJob.objects.create(
        job=job,
        recording=recording,
        engine="dashscope",
        model=MODEL,
        language="en",
        options=options,
        options_hash=state,
        region="cn-beijing",
        transcript=transcript,
    )
    return job.pk


def _bill(session: int, job: int) -> None:
    from subtitles.models import Usage  # noqa: PLC0415

    for task, fields in {"t-1": {"seconds": 31, "amount": "0.00248", "currency": "CNY"}, "t-2": {}}.items():
        Usage.objects.create(
            engine="dashscope", task_id=task, model=MODEL, session_id=session, job_id=job, region="cn-beijing", **fields
        )


def _vocabulary(slug: str) -> int:
    from subtitles.models import HotWord, Room, Vocabulary  # noqa: PLC0415

    vocabulary = Vocabulary.objects.create(name="Names 人名", owner=Room.objects.get(slug=slug).owner)
    for text, weight, language in (("Marianne Dashwood", 5, "en"), ("理智与情感", 4, "zh"), ("Norland", 1, "")):
        HotWord.objects.create(vocabulary=vocabulary, text=text, weight=weight, language=language)
    return vocabulary.pk


if __name__ == "__main__":
    main()
