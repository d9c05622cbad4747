from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from subtitles.serving.lock import DataFolderInUse, ServerLock, layer_is_shared
from tests.serving.process import IN_MEMORY, REDIS, ROOT, Server, serve


def test_the_second_server_of_a_folder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    first = ServerLock(tmp_path, shared=False)
    with pytest.raises(DataFolderInUse, match=rf"served by process {os.getpid()} already"):
        ServerLock(tmp_path, shared=False)
    first.release()
    ServerLock(tmp_path, shared=False).release()


def test_servers_with_a_shared_layer_live_side_by_side(tmp_path: Path) -> None:
    locks = [ServerLock(tmp_path, shared=True) for _ in range(3)]
    for lock in locks:
        lock.release()


@pytest.mark.parametrize("first_is_shared", [True, False])
def test_a_server_with_and_one_without_a_shared_layer_exclude_each_other(tmp_path: Path, first_is_shared: bool) -> None:
    first = ServerLock(tmp_path, shared=first_is_shared)
    with pytest.raises(DataFolderInUse):
        ServerLock(tmp_path, shared=not first_is_shared)
    first.release()


FORKING = """
import os, pathlib, sys
from subtitles.serving.lock import ServerLock
lock = ServerLock(pathlib.Path(sys.argv[1]), shared=False)
if os.fork():
    os._exit(0)
print("forked", flush=True)
sys.stdin.read()
"""


def test_a_forked_worker_does_not_hold_the_folder_for_its_dead_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", FORKING, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert parent.stdout
    assert parent.stdout.readline() == "forked\n"
    parent.wait(timeout=10)
    ServerLock(tmp_path, shared=False).release()
    parent.communicate()


def test_only_a_layer_beyond_this_process_counts_as_shared() -> None:
    assert layer_is_shared({"default": {"BACKEND": REDIS}})
    assert not layer_is_shared({"default": {"BACKEND": IN_MEMORY}})
    assert not layer_is_shared({})


def test_serve_refuses_a_folder_that_is_served(tmp_path: Path) -> None:
    with Server(tmp_path, "daphne") as first:
        second = serve(tmp_path, "--port", "0")
        output, errors = second.communicate(timeout=20)
        assert second.returncode == 1
        assert f"is served by process {first.process.pid} already" in errors
        assert not output


def test_serve_runs_twice_on_a_folder_with_a_shared_layer(tmp_path: Path) -> None:
    with Server(tmp_path, "daphne", layer=REDIS) as first, Server(tmp_path, "uvicorn", layer=REDIS) as second:
        assert first.port != second.port
