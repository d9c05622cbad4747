"""Addresses that somebody gave: looked at before anybody is sent there, and fetched where an engine needs a file."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from subtitles.engines.catalog.batch_limits import LARGEST_FILE

OPEN_S, WHOLE_S = 15.0, 3_600.0
_GONE = (404, 410)


class BadAddress(Exception):
    """`str()` is a sentence for the person who gave it."""


async def check(address: str, loopback: bool = False) -> None:
    """Raises BadAddress: it leads into an inner network, elsewhere, or to nothing. `loopback` allows this machine."""
    try:
        async with _asked(address, {"Range": "bytes=0-0"}, loopback):
            return
    except httpx2.HTTPError:
        return  # not from here: the service may reach it all the same, and says so if not


async def fetch(address: str, path: Path, loopback: bool = False) -> None:
    """Writes what is there into a file. Raises BadAddress, OSError."""
    size = 0
    try:
        async with asyncio.timeout(WHOLE_S), _asked(address, {}, loopback) as answer:
            with await asyncio.to_thread(path.open, "wb") as file:
                async for chunk in answer.aiter_bytes():
                    size += len(chunk)
                    if size > LARGEST_FILE:
                        raise BadAddress("What lies at this address is larger than 2 GB.")
                    await asyncio.to_thread(file.write, chunk)
    except (httpx2.HTTPError, httpx2.StreamError, TimeoutError) as error:
        raise BadAddress("The address does not answer, or broke off.") from error


@asynccontextmanager
async def _asked(address: str, headers: dict[str, str], loopback: bool) -> AsyncIterator[httpx2.Response]:
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL as error:
        raise BadAddress("This is no address.") from error
    number = await _number(url, loopback)
    # Asked by number, so that the name cannot lead elsewhere a moment later; certificates go by the name.
    headers = {**headers, "Host": url.netloc.decode(), "Accept-Encoding": "identity"}
    async with httpx2.AsyncClient(timeout=OPEN_S, trust_env=False) as client:
        request = client.build_request(
            "GET", url.copy_with(host=number), headers=headers, extensions={"sni_hostname": url.host}
        )
        answer = await client.send(request, stream=True, follow_redirects=False)
        try:
            _check_answer(answer)
            yield answer
        finally:
            await answer.aclose()


def _check_answer(answer: httpx2.Response) -> None:
    if answer.has_redirect_location:
        raise BadAddress("The address leads on to another one (a redirect). Give the one where the recording lies.")
    if answer.status_code in _GONE:
        raise BadAddress(f"There is nothing at this address (HTTP {answer.status_code}).")


async def _number(url: httpx2.URL, loopback: bool) -> str:
    numbers = [url.host] if _is_number(url.host) else await _found(url)
    if not numbers or not all(_is_allowed(number, loopback) for number in numbers):
        raise BadAddress(f"{url.host} lies in an inner network. Give a file, or an address on the internet.")
    return numbers[0]


async def _found(url: httpx2.URL) -> list[str]:
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        entries = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise BadAddress(f"The host {url.host} cannot be found.") from error
    return [str(entry[4][0]) for entry in entries]


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_allowed(number: str, loopback: bool) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None) or address
    return (loopback and mapped.is_loopback) or (bool(mapped.is_global) and not mapped.is_multicast)
