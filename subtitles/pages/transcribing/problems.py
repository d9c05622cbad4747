"""Why a job came to nothing, in its reader's language.

A provider invents new codes any day: those of one beginning have one text, and what is left has the text of its kind.
The engine's own English sentence stays in the job's row.
"""

from __future__ import annotations

from subtitles.engines.base import EngineError
from subtitles.models import Job
from subtitles.pages.recordings import upload_words
from subtitles.pages.transcribing.problem_texts import BEGINNINGS, KEYS, KINDS, ON_THIS_MACHINE, OTHER


def text(kind: str, key: str) -> str:
    """What to tell a person, and what they can do."""
    known = key.lower()
    found = KEYS.get(known) or ON_THIS_MACHINE.get(known)
    found = found or next((words for start, words in BEGINNINGS.items() if known.startswith(start)), None)
    return str(found or KINDS.get(kind) or OTHER)


def of_job(job: Job) -> str:
    """Empty where nothing went wrong."""
    if job.kind == "ingest" and job.error_key in upload_words.PROBLEMS:
        return str(upload_words.PROBLEMS[job.error_key])
    return text(job.error_kind, job.error_key) if job.error_key or job.error_kind else ""


def of_error(error: EngineError) -> str:
    return text(error.kind.value, error.code or error.kind.value)
