"""The ground every test stands on; loaded by pytest before the settings are read.

Each test process has a data folder of its own, ignores the settings of whoever runs it, and talks to nobody but this
machine.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["tests.services"]

_OURS = ("SUBTITLES_", "DASHSCOPE_", "DJANGO_")
_folder = tempfile.TemporaryDirectory(prefix="subtitles-tests-", ignore_cleanup_errors=True)
outside: list[str] = []
"""Addresses beyond this machine that somebody asked for; the test that did so fails."""


def _prepare() -> None:
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        del os.environ[name]
    folder = Path(_folder.name)
    os.environ["DJANGO_SETTINGS_MODULE"] = "subtitles.settings"
    os.environ["SUBTITLES_DATA_DIR"] = str(folder / "data")
    # A file: with SQLite in memory, threads would meet shared-cache locks that no product has.
    os.environ["SUBTITLES_TEST_DATABASE"] = str(folder / "test.sqlite3")


def _stay_home(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0] if arguments[0].family in (socket.AF_INET, socket.AF_INET6) else ""
    elif event == "socket.getaddrinfo":
        host = arguments[0] or ""
    else:
        return
    if not _is_local(host):
        outside.append(str(host))
        raise PermissionError(f"tests stay on this machine: {host}")


def _is_local(host: str | bytes) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in ("", "localhost") or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


_prepare()
# An audit hook sees what patched classes miss: sockets of the event loop and of extension modules.
sys.addaudithook(_stay_home)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=3, help="how often the tests marked chaos repeat their faults")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Playwright's blocking interface leaves a loop running in the test's thread, and Django refuses the ORM there."""
    if item.get_closest_marker("browser"):
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        return (yield)
    finally:
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


def pytest_unconfigure() -> None:
    _folder.cleanup()
