"""A server to be killed: opens a preview stream, keeps feeding it, prints its worker's process id."""

from __future__ import annotations

import asyncio
import itertools
import sys

from subtitles.engines.base import Options
from subtitles.engines.local.pocketsphinx import PreviewEngine
from subtitles.engines.local.worker import WorkerStream
from tests.engines.local.streams import austen, chunks


async def main() -> None:
    async with PreviewEngine().open(Options(language="en")) as stream:
        assert isinstance(stream, WorkerStream)
        sys.stdout.write(f"{stream.pid}\n")
        sys.stdout.flush()
        for piece in itertools.cycle(chunks(austen())):
            await stream.send(piece)


if __name__ == "__main__":
    asyncio.run(main())
