"""Recordings at an address of this server that a recognition service can fetch them from, for as long as their job
lasts: an alternative to the service's own temporary storage, which is limited to 1 GB."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.urls import reverse

from subtitles.engines import catalog
from subtitles.engines.base import Source
from subtitles.jobs.steps import State
from subtitles.models import TranscriptionJob
from subtitles.retranscribe.pieces import Piece

LIFE = timedelta(hours=48)
"""As long as an `oss://` address (Model Studio help, "Upload local files to get a temporary URL")."""
FRESH = LIFE / 2
"""Older addresses are not handed over: the service fetches from them only when the task's turn has come."""
_SALT = "subtitles.fetch"
_OPEN = (State.PREPARED, State.SUBMITTING, State.WAITING, State.UNCERTAIN)


def public(details: TranscriptionJob, number: int, source: Source) -> Source:
    """The source with its address, where `SUBTITLES_PUBLIC_URL` says that this server can be reached from outside.

    Models that answer at once get the audio inside their request.
    """
    model = catalog.find(details.engine, details.model, realtime=False)
    wanted = settings.SUBTITLES_PUBLIC_URL and model is not None and model.prices and not model.synchronous
    if not wanted or source.path is None or source.address:
        return source
    signature = signing.dumps([details.pk, number], salt=_SALT)
    path = reverse("fetch", args=[signature, f"audio.{source.container}"])
    return replace(source, address=f"{settings.SUBTITLES_PUBLIC_URL.rstrip('/')}{path}")


def signed_file(signature: str) -> Path | None:
    """The file that the signature is good for; None if it is not, or not any more."""
    try:
        job_id, number = signing.loads(signature, salt=_SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    details = TranscriptionJob.objects.filter(pk=job_id, job__state__in=_OPEN, recording__isnull=False).first()
    if details is None or not 0 <= number < len(details.pieces):
        return None
    return Piece.from_json(details.pieces[number]).source.path
