"""What the waveform of a recording is drawn from. It never changes: the address carries the moment it was made."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from subtitles.models import Recording
from subtitles.pages.recordings import ranges
from subtitles.pages.recordings.ranges import Version
from subtitles.pages.render import PageRequest
from subtitles.pages.rooms import room_or_404
from subtitles.recordings import files, storage

YEAR_S = 31_536_000


def version_of(recording: Recording) -> int:
    """0 = there are none."""
    return int(recording.peaks_at.timestamp()) if recording.peaks_at else 0


@login_required
@require_safe
def peaks(request: PageRequest, slug: str, pk: int, version: int) -> HttpResponseBase:
    recording = get_object_or_404(Recording, session__room=room_or_404(request.user, slug), session=pk)
    stored = storage.find(pk, files.PEAKS)
    if stored is None or recording.peaks_at is None or version != version_of(recording):
        raise Http404
    tag = Version(f'"{recording.pk}-{version}"', recording.peaks_at)
    response = ranges.answer(request, stored, tag, "application/octet-stream")
    response.headers["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
    return response
