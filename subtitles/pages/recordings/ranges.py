"""Files in parts (RFC 9110, section 14): what a player asks for when somebody seeks. Read as fast as they are taken."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from subtitles.recordings.storage import Stored

BLOCK_BYTES = 128 * 1024
_ONE_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.ASCII)


class Unsatisfiable(ValueError):
    """Nothing of the file lies in the range."""


@dataclass(frozen=True, slots=True)
class Version:
    """Of a file's content: another one has another tag."""

    tag: str
    """A strong validator, in quotes."""
    modified: datetime


def answer(request: HttpRequest, stored: Stored, version: Version, content_type: str) -> HttpResponseBase:
    """The file or the part that was asked for: 200, 206, 304, 412 or 416."""
    modified = int(version.modified.timestamp())
    try:
        part = _wanted(request, stored.size, version.tag, modified)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
    response = _response(request, stored, part, content_type)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = version.tag
    response.headers["Last-Modified"] = http_date(modified)
    found: HttpResponseBase = get_conditional_response(request, version.tag, modified, response)  # type: ignore[assignment, arg-type]
    return found


def _response(
    request: HttpRequest, stored: Stored, part: tuple[int, int] | None, content_type: str
) -> HttpResponseBase:
    begin, end = part or (0, stored.size)
    headers = {"Content-Length": str(end - begin)}
    if part:
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{stored.size}"
    if request.method == "HEAD":
        return HttpResponse(content_type=content_type, headers=headers)
    return StreamingHttpResponse(
        _blocks(stored, begin, end), status=206 if part else 200, content_type=content_type, headers=headers
    )


def _wanted(request: HttpRequest, size: int, tag: str, modified: int) -> tuple[int, int] | None:
    """Begin and end of the one range that was asked for. None = everything; so for several, and for nonsense."""
    found = _ONE_RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if request.method != "GET" or found is None or not _still_holds(request, tag, modified):
        return None
    first, last, suffix = found.groups()
    if suffix:
        begin, end = max(0, size - int(suffix)), size
    else:
        begin, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < begin:
            return None
    if begin >= end:
        raise Unsatisfiable
    return begin, end


def _still_holds(request: HttpRequest, tag: str, modified: int) -> bool:
    """If-Range: whoever has a part of another version wants all of this one. A weak tag never matches."""
    condition = request.headers.get("If-Range")
    return condition is None or condition in (tag, http_date(modified))


async def _blocks(stored: Stored, begin: int, end: int) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(stored.open, begin, end)
    try:
        while begin < end and (block := await asyncio.to_thread(file.read, min(BLOCK_BYTES, end - begin))):
            yield block
            begin += len(block)
    finally:
        file.close()
