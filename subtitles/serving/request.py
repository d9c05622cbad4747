"""Daphne's http request, with an end to its body."""

from __future__ import annotations

from daphne.http_protocol import HTTPFactory as DaphneFactory
from daphne.http_protocol import WebRequest
from twisted.internet.interfaces import IAddress
from twisted.web.http import HTTPChannel

from subtitles.serving.bodies import MAX_BODY_BYTES, TOO_LONG


class Request(WebRequest):
    _refused = False

    def gotLength(self, length: int | None) -> None:
        super().gotLength(length)
        if length is not None and length > MAX_BODY_BYTES:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:
        if not self._refused and self.content.tell() + len(data) > MAX_BODY_BYTES:
            self._refuse()
        if not self._refused:
            super().handleContentChunk(data)

    def _refuse(self) -> None:
        self._refused = True
        self.channel.transport.write(TOO_LONG)
        self.channel.loseConnection()


class HTTPFactory(DaphneFactory):
    def buildProtocol(self, addr: IAddress) -> HTTPChannel:
        channel: HTTPChannel = super().buildProtocol(addr)
        channel.requestFactory = Request
        return channel
