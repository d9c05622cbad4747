"""The page for uploading recordings, and what has become of those that came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from subtitles.models import Job, Room, Upload
from subtitles.pages.recordings.upload_form import PLAIN_BYTES, PlainForm, UploadForm
from subtitles.pages.recordings.upload_pieces import own_upload
from subtitles.pages.recordings.upload_words import SCRIPT, problem
from subtitles.pages.render import PageRequest, page
from subtitles.pages.rooms import room_or_404
from subtitles.recordings import containers, uploads

SHOWN = 50
STILL_COMING = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Row:
    """An upload as the list shows it."""

    upload: Upload
    job: Job | None
    here: int | None
    """Bytes; None = there is no file any more."""

    @property
    def is_moving(self) -> bool:
        if self.job is not None:
            return not self.job.is_over
        return self.here is not None and timezone.now() - self.upload.touched_at < STILL_COMING

    @property
    def is_kept(self) -> bool:
        return self.job is not None and uploads.is_kept(self.job)

    @property
    def can_go(self) -> bool:
        return not self.is_moving and not uploads.is_becoming(self.upload, self.job)

    @property
    def problem(self) -> str:
        if self.is_kept:
            return problem("kept")
        if self.job is None or not self.job.error_key:
            return "" if self.job is not None or self.here is not None else problem("gone")
        return problem(self.job.error_key)


@login_required
@require_safe
def uploads_page(request: PageRequest, slug: str) -> HttpResponse:
    """The list asks for itself again while something in it moves."""
    room = room_or_404(request.user, slug)
    return _page(request, room, UploadForm(room))


@login_required
@require_POST
def upload_plainly(request: PageRequest, slug: str) -> HttpResponse:
    """For browsers without scripts: the whole file in one request."""
    room = room_or_404(request.user, slug)
    form = PlainForm(room, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, room, form, status=422)
    said, file = form.cleaned_data, form.cleaned_data["file"]
    try:
        upload = uploads.begin(request.user, room, file.name, file.size, said["language"], said["pcm_rate"])
        uploads.append(upload, 0, file.size, file.read)
    except uploads.Refused as refused:
        messages.error(request, problem(str(refused)))
    return redirect("uploads", room.slug)


@login_required
@require_POST
def upload_again(request: PageRequest, slug: str, pk: UUID) -> HttpResponse:
    uploads.try_again(own_upload(request, slug, pk))
    return redirect("uploads", slug)


@login_required
@require_POST
def upload_discard(request: PageRequest, slug: str, pk: UUID) -> HttpResponse:
    uploads.discard(own_upload(request, slug, pk))
    messages.success(request, _("Gone from the list. A session that was made of it stays."))
    return redirect("uploads", slug)


def _page(request: PageRequest, room: Room, form: UploadForm, status: int = 200) -> HttpResponse:
    rows = _rows(request, room)
    context = {
        "room": room,
        "form": form,
        "rows": rows,
        "moving": any(row.is_moving for row in rows),
        "texts": SCRIPT,
        "formats": ", ".join(containers.NAMES),
        "most_bytes": uploads.MOST_BYTES,
        "chunk_bytes": uploads.CHUNK_BYTES,
        "plain_bytes": PLAIN_BYTES,
    }
    return page(request, "uploads", context, status=status)


def _rows(request: PageRequest, room: Room) -> list[Row]:
    mine = list(room.uploads.filter(requested_by=request.user).select_related("session")[:SHOWN])
    jobs = Job.objects.filter(kind=uploads.INGEST, key__in=[str(upload.pk) for upload in mine]).order_by("pk")
    newest = {job.key: job for job in jobs}
    return [Row(upload, newest.get(str(upload.pk)), _size(upload.pk)) for upload in mine]


def _size(pk: UUID) -> int | None:
    try:
        return uploads.part(pk).stat().st_size
    except FileNotFoundError:
        return None
