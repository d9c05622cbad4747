"""The door through which a file comes in pieces. For a script: it answers in JSON.

POST says name and size and gets an address. There HEAD tells how many bytes are here, PATCH adds some at
`Upload-Offset` (409 with the right one if that is not where the file ends), DELETE gives the file up. Answers have
`Upload-Offset` too: so many bytes are on the disk.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from subtitles.models import Upload
from subtitles.pages.recordings.upload_form import DetailsForm
from subtitles.pages.recordings.upload_words import problem
from subtitles.pages.render import PageRequest
from subtitles.pages.rooms import room_or_404
from subtitles.recordings import uploads
from subtitles.recordings.uploads import Refused, WrongOffset

View = Callable[..., HttpResponse]
OFFSET = "Upload-Offset"
STATUS = {"empty": 422, "too-big": 413, "too-many": 429, "disk-full": 507, "gone": 410}


def _signed_in(view: View) -> View:
    """A script would follow a redirection to the page for signing in and take it for an answer."""

    @wraps(view)
    def wrapped(request: PageRequest, **named: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return _refusal("signed-out", 401)
        try:
            return view(request, **named)
        except Refused as refused:
            return _refusal(str(refused), STATUS[str(refused)])

    return wrapped


@_signed_in
@require_POST
def upload_begin(request: PageRequest, slug: str) -> HttpResponse:
    room = room_or_404(request.user, slug)
    form = DetailsForm(room, request.POST)
    if not form.is_valid():
        return _refusal("bad-request", 422)
    said = form.cleaned_data
    upload = uploads.begin(request.user, room, said["name"], said["size"], said["language"], said["pcm_rate"])
    address = reverse("upload", args=[room.slug, upload.pk])
    return JsonResponse({"address": address}, status=201, headers={"Location": address, OFFSET: "0"})


@never_cache
@_signed_in
@require_http_methods(["HEAD", "PATCH", "DELETE"])
def upload(request: PageRequest, slug: str, pk: UUID) -> HttpResponse:
    found = own_upload(request, slug, pk)
    if request.method == "DELETE":
        uploads.discard(found)
        return HttpResponse(status=204)
    if request.method == "PATCH":
        return _append(request, found)
    if found.session_id is not None or uploads.job(found) is not None:
        return _at(found.size)
    return _at(uploads.offset(found))


def own_upload(request: PageRequest, slug: str, pk: UUID) -> Upload:
    """Nobody adds to another person's file."""
    room = room_or_404(request.user, slug)
    return get_object_or_404(room.uploads.filter(requested_by=request.user), pk=pk)


def _append(request: HttpRequest, found: Upload) -> HttpResponse:
    begin, size = _number(request.headers.get(OFFSET)), _number(request.META.get("CONTENT_LENGTH"))
    if begin is None or size is None:
        return _refusal("bad-request", 411 if size is None else 400)
    if size > uploads.CHUNK_BYTES:
        return _refusal("too-big", 413)
    try:
        return _at(uploads.append(found, begin, size, request.read))
    except WrongOffset as wrong:
        return _at(wrong.offset, 409)


def _at(offset: int, status: int = 204) -> HttpResponse:
    return HttpResponse(status=status, headers={OFFSET: str(offset)})


def _number(text: str | None) -> int | None:
    return int(text) if text and len(text) < 20 and text.isascii() and text.isdigit() else None


def _refusal(key: str, status: int) -> HttpResponse:
    return JsonResponse({"key": key, "message": problem(key)}, status=status, content_type="application/problem+json")
