"""A mirror of model files on loopback, that can be as bad as real ones are."""

from __future__ import annotations

import asyncio
import io
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from subtitles.engines.catalog.local_types import Package

TOP = "sherpa-onnx-toy"
Member = tuple[tarfile.TarInfo, bytes]


@dataclass
class Mirror:
    files: dict[str, bytes]
    """By path."""
    cut_after: list[int] = field(default_factory=list)
    """Bytes that each of the next answers stops after."""
    ignores_ranges: bool = False
    endless: bool = False
    status: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and Range of each request."""
    stalled: asyncio.Event = field(default_factory=asyncio.Event)
    stall_after: int | None = None
    """Bytes after which nothing more comes, and the connection stays."""
    port: int = 0
    wanted: Package | None = None
    """What it offers."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
            path, wanted = lines[0].split()[1], headers.get("range", "")
            self.asked.append((path, wanted))
            await self._answer(writer, self.files.get(path), wanted)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, body: bytes | None, wanted: str) -> None:
        if body is None or self.status:
            writer.write(b"HTTP/1.1 %d Sorry\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % (self.status or 404))
            return await writer.drain()
        begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and not self.ignores_ranges else 0
        head = "HTTP/1.1 206 Partial\r\n" if begin else "HTTP/1.1 200 OK\r\n"
        if begin:
            head += f"Content-Range: bytes {begin}-{len(body) - 1}/{len(body)}\r\n"
        if not self.endless:
            head += f"Content-Length: {len(body) - begin}\r\n"
        writer.write(head.encode() + b"Connection: close\r\n\r\n")
        await self._send(writer, body[begin:])

    async def _send(self, writer: asyncio.StreamWriter, body: bytes) -> None:
        if self.stall_after is not None:
            writer.write(body[: self.stall_after])
            await writer.drain()
            self.stalled.set()
            await asyncio.Event().wait()
        writer.write(body[: self.cut_after.pop(0)] if self.cut_after else body)
        await writer.drain()
        while self.endless:
            writer.write(bytes(65_536))
            await writer.drain()


@asynccontextmanager
async def mirroring(files: dict[str, bytes]) -> AsyncIterator[Mirror]:
    mirror = Mirror(files)
    answering: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(mirror.serve(reader, writer))
        answering.add(task)
        task.add_done_callback(answering.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    mirror.port = server.sockets[0].getsockname()[1]
    try:
        yield mirror
    finally:
        server.close()
        for task in list(answering):
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)
        await server.wait_closed()


def _dateless(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """The same bytes whenever it is made."""
    member.mtime = member.uid = member.gid = 0
    return member


def archive(folder: Path, *more: Member) -> bytes:
    """The folder as `.tar.bz2`, in one folder as published archives are; `more` members after it."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:bz2") as tar:
        tar.add(folder, TOP, filter=_dateless)
        for member, content in more:
            tar.addfile(member, io.BytesIO(content))
    return made.getvalue()
