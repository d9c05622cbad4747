"""Getting a socket: token, handshake, and what a refusal means. Keys never reach a log or an error's text."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidProxy, InvalidStatus, InvalidURI

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.dashscope.errors import status_error
from subtitles.engines.dashscope.protocol import MAX_FRAME_BYTES

_TOKEN_SECONDS = 60
_CLOSE_SECONDS = 0.4
_LEAVE_SECONDS = 0.7

# At level DEBUG websockets writes handshake headers and frames to its log: the key, and speech.
_socket_log = logging.getLogger(f"{__name__}.socket")
_socket_log.setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Door:
    """Where to knock, and how. `key` is the permanent one; with `token_auth` it never goes over the socket."""

    websocket_url: str
    http_url: str
    key: str = field(repr=False)
    workspace: str = ""
    token_auth: bool = False
    open_seconds: float = 10.0
    ping_seconds: float = 5.0

    async def enter(self) -> ClientConnection:
        """An open socket. A refused token is renewed once.

        Raises:
            EngineError: refused, unreachable, or too slow.
        """
        if not self.token_auth:
            return await self._knock(self.key)
        token = await self._token()
        try:
            return await self._knock(token)
        except EngineError as error:
            if error.kind is not ErrorKind.KEY:
                raise
        return await self._knock(await self._token())

    async def _knock(self, credential: str) -> ClientConnection:
        try:
            return await connect(
                self.websocket_url,
                additional_headers=self._headers(credential),
                compression=None,
                max_size=MAX_FRAME_BYTES,
                open_timeout=self.open_seconds,
                ping_interval=self.ping_seconds,
                ping_timeout=self.ping_seconds,
                close_timeout=_CLOSE_SECONDS,
                logger=_socket_log,
            )
        except InvalidStatus as refusal:
            answer = refusal.response
            error = status_error(answer.status_code, bytes(answer.body or b""), answer.headers.get("Retry-After", ""))
            raise error from None
        except (InvalidURI, InvalidProxy, InvalidHandshake, OSError) as error:
            raise _unreachable(error) from error

    def _headers(self, credential: str) -> Mapping[str, str]:
        headers = {"Authorization": f"Bearer {credential}"}
        return {**headers, "X-DashScope-WorkSpace": self.workspace} if self.workspace else headers

    async def _token(self) -> str:
        """Model Studio help, "Temporary API keys": the permanent key buys a token that lives for a minute."""
        try:
            async with httpx2.AsyncClient(timeout=self.open_seconds) as client:
                answer = await client.post(
                    f"{self.http_url.rstrip('/')}/tokens",
                    params={"expire_in_seconds": _TOKEN_SECONDS},
                    headers=self._headers(self.key),
                )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise EngineError(ErrorKind.NETWORK, "DashScope cannot be reached to ask for a token.") from error
        if answer.status_code != httpx2.codes.OK:
            raise status_error(answer.status_code, answer.content, answer.headers.get("Retry-After", ""))
        return _token_in(answer)


def _token_in(answer: httpx2.Response) -> str:
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        found = None
    token = found.get("token") if isinstance(found, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise EngineError(ErrorKind.PROTOCOL, "DashScope's answer to the token request holds no token.")
    return token


def _unreachable(error: Exception) -> EngineError:
    match error:
        case InvalidURI():
            return EngineError(ErrorKind.PARAMETERS, "The configured DashScope address is not a WebSocket address.")
        case ssl.SSLError():
            words = "The secure connection to DashScope failed: its certificate or TLS version is not accepted here."
            return EngineError(ErrorKind.NETWORK, words)
        case TimeoutError():
            return EngineError(ErrorKind.NETWORK, "DashScope did not answer the connection in time.")
        case OSError() | InvalidProxy():
            return EngineError(ErrorKind.NETWORK, "DashScope cannot be reached from here.")
    return EngineError(ErrorKind.PROTOCOL, "What answers at the DashScope address does not speak WebSocket.")


async def leave(socket: ClientConnection) -> None:
    """Closes politely for less than a second, then cuts. Also cuts when cancelled."""
    try:
        async with asyncio.timeout(_LEAVE_SECONDS):
            await socket.close()
    except TimeoutError:
        pass
    finally:
        socket.transport.abort()
