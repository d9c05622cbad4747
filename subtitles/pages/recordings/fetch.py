"""A recording for the recognition service that is to transcribe it: no sign-in, but a signature that a job made."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from subtitles.pages.recordings import ranges
from subtitles.pages.recordings.ranges import Version
from subtitles.recordings.storage import OnDisk
from subtitles.retranscribe.addresses import signed_file


@require_safe
def fetch(request: HttpRequest, signature: str, name: str) -> HttpResponseBase:
    """The file, or the one range of it that was asked for. `name` tells its format, and means nothing here."""
    path = signed_file(signature)
    if path is None or not path.is_file():
        raise Http404
    state = path.stat()
    version = Version(f'"{state.st_mtime_ns:x}-{state.st_size:x}"', datetime.fromtimestamp(state.st_mtime, UTC))
    answer = ranges.answer(request, OnDisk(path, state.st_size), version, "application/octet-stream")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
