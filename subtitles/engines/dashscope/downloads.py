"""Fetching from addresses that the service named: only from its own hosts, only over the internet, only so much.

A result's address needs no key, and the key is not sent there (Model Studio help, "Fun-ASR recorded speech
recognition", 'Result file').
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass

import httpx2

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.dashscope.batch_errors import lost
from subtitles.engines.dashscope.fields import Malformed
from subtitles.engines.dashscope.http import read, tls

_GONE = frozenset({403, 404, 410})
HOSTS = (".aliyuncs.com",)


@dataclass(frozen=True, slots=True)
class Pinned:
    """An address to connect to by number, so that the name cannot lead elsewhere a moment later."""

    url: httpx2.URL
    host: str

    @property
    def headers(self) -> dict[str, str]:
        port = f":{self.url.port}" if self.url.port else ""
        return {"Host": f"{self.host}{port}", "Accept-Encoding": "identity"}

    @property
    def extensions(self) -> dict[str, str]:
        """Certificates are still checked against the name."""
        return {"sni_hostname": self.host} if self.url.scheme == "https" else {}


@dataclass(frozen=True, slots=True)
class Guard:
    """Which addresses may be asked. `hosts` are endings of names; `loopback` adds this machine itself, for tests."""

    hosts: tuple[str, ...] = HOSTS
    loopback: bool = False

    async def pinned(self, address: str) -> Pinned:
        """Raises EngineError (PROTOCOL): not an address of the provider, or one that leads into an inner network."""
        try:
            url = httpx2.URL(address)
        except httpx2.InvalidURL:
            raise _foreign("not an address") from None
        if self.loopback and url.host in ("127.0.0.1", "localhost"):
            return Pinned(url.copy_with(host="127.0.0.1"), url.host)
        if url.scheme != "https" or url.userinfo or url.port not in (None, 443):
            raise _foreign("not https")
        if not any(url.host.endswith(ending) for ending in self.hosts):
            raise _foreign("a host that is not the provider's")
        return Pinned(url.copy_with(host=await self._number(url.host)), url.host)

    async def _number(self, host: str) -> str:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, 443, type=socket.SOCK_STREAM)
        except OSError as error:
            raise EngineError(ErrorKind.NETWORK, "The host of DashScope's files cannot be found.") from error
        numbers = [str(entry[4][0]) for entry in found]
        if not numbers or not all(_is_global(number) for number in numbers):
            raise _foreign("a host in an inner network")
        return numbers[0]


@dataclass(frozen=True, slots=True)
class Downloader:
    """Seconds: `seconds` for a whole file."""

    guard: Guard
    seconds: float = 300.0

    async def fetch(self, address: str, most: int) -> bytes:
        """The body at an address, at most `most` bytes.

        Raises:
            LostTicket: the service no longer has it.
            Malformed: bigger than that.
            EngineError: NETWORK (may be tried again), or PROTOCOL for an address that must not be asked.
        """
        place = await self.guard.pinned(address)
        try:
            async with asyncio.timeout(self.seconds), httpx2.AsyncClient(verify=tls(), timeout=60.0) as client:
                request = client.build_request("GET", place.url, headers=place.headers, extensions=place.extensions)
                answer = await client.send(request, stream=True, follow_redirects=False)
                try:
                    return await _body(answer, most)
                finally:
                    await answer.aclose()
        except (httpx2.HTTPError, httpx2.StreamError, TimeoutError) as error:
            raise EngineError(ErrorKind.NETWORK, "The result could not be fetched from DashScope.") from error


async def _body(answer: httpx2.Response, most: int) -> bytes:
    status = answer.status_code
    if status in _GONE:
        raise lost(f"result: HTTP {status}")
    if answer.has_redirect_location:
        raise _foreign("a redirect")
    if status != httpx2.codes.OK:
        raise EngineError(ErrorKind.NETWORK, f"The result could not be fetched from DashScope (HTTP {status}).")
    if int(answer.headers.get("Content-Length", "0") or 0) > most:
        raise Malformed("too big")
    return await read(answer, most)


def _is_global(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_global) and not mapped.is_multicast


def _foreign(what: str) -> EngineError:
    words = f"DashScope named an address that must not be asked: {what}."
    return EngineError(ErrorKind.PROTOCOL, words, retryable=False, code="foreign-address")
