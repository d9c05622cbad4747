"""Fetching one big file: goes on where it stopped, takes no byte too many, and believes only the checksum."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.catalog.local_types import Download
from subtitles.engines.local.checksums import digest

Note = Callable[[int], object]
"""Hears how many bytes are there."""
WORTH_GOING_ON = 1 << 16
"""Bytes that came before a cut: then the next attempt follows at once."""
TIMEOUT = httpx2.Timeout(30.0, connect=15.0)
_GONE = frozenset({401, 403, 404, 410})


@dataclass(frozen=True, slots=True)
class Fetcher:
    parts: Path
    """Where files lie while they are incomplete."""
    mirror: str = ""
    """Stands in front of every path instead of the host."""

    def part(self, download: Download) -> Path:
        return self.parts / f"{download.sha256}.part"

    def address(self, download: Download) -> str:
        return f"{(self.mirror or download.host).rstrip('/')}{download.path}"

    def have(self, download: Download) -> int:
        path = self.part(download)
        return path.stat().st_size if path.exists() else 0

    def discard(self, download: Download) -> None:
        self.part(download).unlink(missing_ok=True)

    async def fetch(self, download: Download, note: Note) -> Path:
        """The whole file, checked. What came so far stays for the next time, unless it is wrong.

        Raises EngineError: `network`, worth another try; anything else is not. OSError.
        """
        self.parts.mkdir(mode=0o700, parents=True, exist_ok=True)
        while (before := self.have(download)) != download.size:
            try:
                await self._more(download, before, note)
            except (httpx2.HTTPError, httpx2.StreamError) as error:
                if self.have(download) - before < WORTH_GOING_ON:
                    raise _broken(self.address(download)) from error
        if await asyncio.to_thread(digest, self.part(download)) != download.sha256:
            self.discard(download)
            raise _wrong("What was fetched is not the published file: its checksum is another. It was thrown away.")
        return self.part(download)

    async def _more(self, download: Download, have: int, note: Note) -> None:
        if have > download.size:
            self.discard(download)
            have = 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        async with (
            httpx2.AsyncClient(timeout=TIMEOUT, follow_redirects=True, max_redirects=5) as client,
            client.stream("GET", self.address(download), headers=headers) as answer,
        ):
            await self._keep(answer, download, self._begin(answer, download, have), note)

    def _begin(self, answer: httpx2.Response, download: Download, have: int) -> int:
        """Where the answer begins in the file: a server may ignore that only the rest was asked for."""
        status = answer.status_code
        if status in _GONE:
            raise _wrong(f"The server does not have this file, or does not give it (HTTP {status}).", "gone")
        if status == httpx2.codes.OK:
            begin = 0
        elif status == httpx2.codes.PARTIAL_CONTENT and _range_begin(answer) == have:
            begin = have
        else:
            if status == httpx2.codes.RANGE_NOT_SATISFIABLE:
                self.discard(download)
            raise _broken(self.address(download), f"HTTP {status}")
        length = answer.headers.get("Content-Length", "")
        if length.isdecimal() and begin + int(length) != download.size:
            raise _wrong("What the server has is not the published file: its size is another.")
        return begin

    async def _keep(self, answer: httpx2.Response, download: Download, begin: int, note: Note) -> None:
        with self.part(download).open("r+b" if begin else "wb") as file:
            file.seek(begin)
            try:
                async for chunk in answer.aiter_raw():
                    begin += len(chunk)
                    if begin > download.size:
                        self.discard(download)
                        raise _wrong("The server sends more than the published file. What came was thrown away.")
                    await asyncio.to_thread(file.write, chunk)
                    note(begin)
            finally:
                await asyncio.to_thread(_settle, file.fileno(), file.flush)


def _settle(descriptor: int, flush: Callable[[], None]) -> None:
    flush()
    os.fsync(descriptor)


def _range_begin(answer: httpx2.Response) -> int:
    """Of `Content-Range: bytes 100-199/200` the 100; -1 where there is none (RFC 9110, 14.4)."""
    unit, _, ranges = answer.headers.get("Content-Range", "").partition(" ")
    begin = ranges.partition("-")[0]
    return int(begin) if unit == "bytes" and begin.isdecimal() else -1


def _broken(address: str, code: str = "") -> EngineError:
    host = httpx2.URL(address).host
    words = f"The connection to {host} broke or could not be made. It goes on where it stopped."
    return EngineError(ErrorKind.NETWORK, words, code=code)


def _wrong(words: str, code: str = "wrong-file") -> EngineError:
    return EngineError(ErrorKind.PROTOCOL, words, retryable=False, code=code)
