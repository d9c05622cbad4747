"""A recording for the recognition service that is to transcribe it: no sign-in, but a signature that a job made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from subtitles.retranscribe.addresses import signed_file

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)
_CHUNK = 256 << 10


@require_safe
def fetch(request: HttpRequest, signature: str, name: str) -> HttpResponseBase:
    """The file, or the one range of it that was asked for. `name` tells its format, and means nothing here."""
    path = signed_file(signature)
    if path is None or not path.is_file():
        raise Http404
    size = path.stat().st_size
    wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
    if wanted is None or wanted[0] == "bytes=-":
        answer: HttpResponseBase = FileResponse(path.open("rb"), content_type="application/octet-stream")
    else:
        answer = _part(path, size, wanted[1], wanted[2])
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _part(path: Path, size: int, first: str, last: str) -> HttpResponseBase:
    """RFC 9110, 14.1.2: `first-`, `first-last`, or the `-last` bytes."""
    begin = int(first) if first else max(0, size - int(last))
    end = min(int(last) + 1 if first and last else size, size)
    if begin >= end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    answer = StreamingHttpResponse(_read(path, begin, end), status=206, content_type="application/octet-stream")
    answer["Content-Length"] = str(end - begin)
    answer["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    return answer


def _read(path: Path, begin: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(begin)
        while begin < end and (chunk := file.read(min(_CHUNK, end - begin))):
            begin += len(chunk)
            yield chunk
