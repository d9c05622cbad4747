"""How much a request may carry: counted before anything of it is kept.

Django and Twisted would put a body of any length on the disk before somebody asks who sends it.
"""

from __future__ import annotations

from subtitles.serving.service import Application, Message, Receive, Scope, Send

MAX_BODY_BYTES = 16 * 1024 * 1024
"""Twice the longest piece of an upload."""
WORDS = b"This request carries more than 16 MiB. Files of any size go up in pieces, from the upload page.\n"
TOO_LONG = (
    b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Type: text/plain\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(WORDS), WORDS)
)


class TooLong(Exception):
    pass


class Limited:
    """An application that never gets more than that."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise TooLong
            return message

        try:
            if _promised(scope) > MAX_BODY_BYTES:
                raise TooLong
            await self._application(scope, counted, send)
        except TooLong:
            await _refuse(send)


def _promised(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def _refuse(send: Send) -> None:
    headers = [(b"connection", b"close"), (b"content-type", b"text/plain"), (b"content-length", b"%d" % len(WORDS))]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": WORDS})
