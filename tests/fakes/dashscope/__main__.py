"""`python -m tests.fakes.dashscope`: the fake as a process of its own, for tests that stop and start the product.

Prints one JSON line with `websocket_url`, `http_url` and `key` when it is ready; runs until its standard input ends.
POST /control and GET /log on the same port do what `FakeDashScope` does in a process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from tests.fakes.dashscope.server import KEY, FakeDashScope


async def serve(port: int, script: Path | None) -> None:
    async with FakeDashScope(port) as fake:
        if script:
            fake.play(**json.loads(script.read_text()))  # noqa: ASYNC240 - before anything is served
        ready = {"websocket_url": fake.websocket_url, "http_url": fake.http_url, "key": KEY}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", type=Path, help='JSON: {"sentences": [...], "audio": "path of the recording"}')
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.port, arguments.script))


if __name__ == "__main__":
    main()
