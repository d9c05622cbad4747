"""DashScope's HTTP API: one request, one bounded answer, and an EngineError for everything else."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache

import httpx2

from subtitles.engines.base import EngineError, ErrorKind, Unanswered
from subtitles.engines.dashscope.connections import LIMITS, lent
from subtitles.engines.dashscope.errors import request_error
from subtitles.engines.dashscope.events import EventReader
from subtitles.engines.dashscope.fields import Json, Malformed, parse

MAX_ANSWER_BYTES = 8 << 20
RESOLVE_OSS = {"X-DashScope-OssResourceResolve": "enable"}
"""Goes with every request that names an `oss://` address (Model Studio help, "Upload local files")."""

# At level INFO httpx2 writes every address to its log: a result's opens the transcript to whoever reads it.
logging.getLogger("httpx2").setLevel(logging.WARNING)

_NOT_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
)
_GATEWAY = frozenset({500, 502, 504})
"""Without a code in the body these come from in front of the service: nobody knows what became of the request."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where the API is and who asks. Seconds: `open_seconds` to be connected, `answer_seconds` for a whole answer."""

    url: str
    key: str = field(repr=False)
    workspace: str = ""
    open_seconds: float = 10.0
    answer_seconds: float = 60.0

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        return await self.call("GET", path, params=params)

    async def post(
        self, path: str, body: Json, headers: Mapping[str, str] | None = None, *, counts: bool = False
    ) -> Json:
        return await self.call("POST", path, body, headers=headers, counts=counts)

    async def call(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        counts: bool = False,
    ) -> Json:
        """The answer's JSON object. `path` is joined to the service's address, or is an address of its own.

        Raises:
            Unanswered: `counts` says that the request must not be made twice, and its fate is not known.
            EngineError: refused, unreachable, too slow, or not understood.
        """
        client_for_this = self._client() if counts else lent(self, self._client)
        async with _failures(counts), asyncio.timeout(self.answer_seconds), client_for_this as client:
            request = client.build_request(method, self._url(path), json=body, params=params, headers=headers)
            async with _sent(client, request, counts) as answer:
                return parse(await read(answer, MAX_ANSWER_BYTES), MAX_ANSWER_BYTES)

    async def events(
        self, path: str, body: Json, headers: Mapping[str, str] | None = None, *, counts: bool = False
    ) -> AsyncGenerator[Json, None]:
        """The JSON objects of a streamed answer; an answer that is not streamed is a single one. Raises like `call`."""
        async with _failures(counts), asyncio.timeout(self.answer_seconds), self._client() as client:
            request = client.build_request("POST", self._url(path), json=body, headers=headers)
            async with _sent(client, request, counts) as answer:
                if "text/event-stream" not in answer.headers.get("Content-Type", ""):
                    yield parse(await read(answer, MAX_ANSWER_BYTES), MAX_ANSWER_BYTES)
                    return
                reader = EventReader(MAX_ANSWER_BYTES)
                async for chunk in answer.aiter_bytes():
                    for event in reader.feed(chunk):
                        yield event
                if not reader.complete:
                    raise Malformed("cut off")

    def _client(self) -> httpx2.AsyncClient:
        headers = {"Authorization": f"Bearer {self.key}", "Accept-Encoding": "identity"}
        if self.workspace:
            headers["X-DashScope-WorkSpace"] = self.workspace
        timeout = httpx2.Timeout(self.answer_seconds, connect=self.open_seconds)
        return httpx2.AsyncClient(verify=tls(), timeout=timeout, headers=headers, limits=LIMITS)

    def _url(self, path: str) -> str:
        return path if "://" in path else f"{self.url.rstrip('/')}/{path}"


async def read(answer: httpx2.Response, most: int) -> bytes:
    """The whole body, at most `most` bytes of it; Malformed beyond."""
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > most:
            raise Malformed("too big")
    return bytes(body)


@cache
def tls() -> ssl.SSLContext:
    """Made once: reading the certificates costs tens of milliseconds."""
    return httpx2.create_ssl_context()


@asynccontextmanager
async def _sent(client: httpx2.AsyncClient, request: httpx2.Request, counts: bool) -> AsyncIterator[httpx2.Response]:
    answer = await client.send(request, stream=True)
    try:
        if answer.status_code != httpx2.codes.OK:
            raise await _refused(answer, counts)
        yield answer
    finally:
        await answer.aclose()


async def _refused(answer: httpx2.Response, counts: bool) -> EngineError:
    try:
        body = await read(answer, 64 << 10)
    except Malformed:
        body = b""
    error = request_error(answer.status_code, body, answer.headers.get("Retry-After", ""))
    if counts and answer.status_code in _GATEWAY and error.code == f"HTTP {answer.status_code}":
        return _lost(error.code)
    return error


@asynccontextmanager
async def _failures(counts: bool) -> AsyncIterator[None]:
    """Turns what goes wrong on the way into an EngineError that says whether the request may have arrived."""
    try:
        yield
    except (*_NOT_SENT, httpx2.InvalidURL) as error:
        raise EngineError(ErrorKind.NETWORK, "DashScope cannot be reached from here.") from error
    except (httpx2.HTTPError, httpx2.StreamError, TimeoutError) as error:
        if counts:
            raise _lost() from error
        raise EngineError(
            ErrorKind.NETWORK, "The connection to DashScope broke, or its answer took too long."
        ) from error
    except Malformed as error:
        if counts:
            raise _lost(f"malformed: {error}") from error
        words = f"DashScope's answer cannot be understood ({error})."
        raise EngineError(ErrorKind.PROTOCOL, words, code="malformed") from error


def _lost(code: str = "") -> Unanswered:
    words = "DashScope's answer was lost: the recording may or may not have been accepted, and may be billed."
    return Unanswered(ErrorKind.NETWORK, words, retryable=False, code=code)
