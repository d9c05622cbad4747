"""Answers that are made while they are sent, on any kind of server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse


def streamed(request: HttpRequest, pieces: Iterator[bytes], mime: str) -> StreamingHttpResponse:
    """An asynchronous server would collect a plain iterator before it sends anything."""
    is_async = isinstance(request, ASGIRequest)
    return StreamingHttpResponse(_in_threads(pieces) if is_async else pieces, content_type=mime)


async def _in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """One piece at a time, each in a thread: making it asks the database."""
    while (piece := await asyncio.to_thread(_next, pieces)) is not None:
        yield piece


def _next(pieces: Iterator[bytes]) -> bytes | None:
    try:
        return next(pieces, None)
    finally:
        connections.close_all()  # of this thread, which may be another one next time
