"""`manage.py serve` as a process of its own, and the back door to the application in it."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from tests.serving.client import PATIENCE_S, UPGRADE, Peer

ROOT = Path(__file__).resolve().parents[2]
IN_MEMORY = "channels.layers.InMemoryChannelLayer"
REDIS = "channels_redis.pubsub.RedisPubSubChannelLayer"


def serve(folder: Path, *arguments: str, layer: str = IN_MEMORY, pass_fds: Sequence[int] = ()) -> subprocess.Popen[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "CONFORMANCE_DATA_DIR": str(folder),
        "CONFORMANCE_LAYER": layer,
    }
    command = [sys.executable, str(ROOT / "tests/serving/run_server.py"), *arguments]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, pass_fds=pass_fds
    )


class Server:
    """A running server; leaving the context kills it."""

    def __init__(
        self, folder: Path, name: str, *arguments: str, layer: str = IN_MEMORY, pass_fds: Sequence[int] = ()
    ) -> None:
        command = ["--server", name, "--port", "0", *arguments]
        self.process = serve(folder, *command, layer=layer, pass_fds=pass_fds)
        ready = self.expect("Listening on ")
        self.port = int(ready.rpartition(":")[2])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def expect(self, words: str) -> str:
        """Reads its output up to the line that holds `words`."""
        assert self.process.stdout
        for line in self.process.stdout:
            if words in line:
                return line.strip()
        raise AssertionError(f"ended without saying {words!r}: {self.process.stderr and self.process.stderr.read()}")

    def peer(self, path: str, *, receive_buffer: int = 0) -> Peer:
        return Peer(self.port, receive_buffer=receive_buffer).join(path)

    def back_door(self) -> BackDoor:
        return BackDoor(self.port)

    def ask(self, action: str, **query: object) -> Any:
        with self.back_door() as door:
            return door.ask(action, **query)


class BackDoor:
    """Asks the application, over one HTTP connection that is kept alive."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3 * PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, action: str, **query: object) -> Any:
        self._connection.request("GET", f"/{action}?{urlencode(query)}")
        with self._connection.getresponse() as response:
            assert response.status == 200, response.status
            return json.load(response)

    def upgrade(self, path: str) -> int:
        """The status with which this connection's wish to become a websocket is answered."""
        self._connection.request("GET", path, headers=UPGRADE)
        with self._connection.getresponse() as response:
            return response.status
