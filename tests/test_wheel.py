"""The wheel, built and installed as a stranger would, away from the checkout."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def home(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that has the wheel and what it depends on, and knows nothing of the checkout."""
    folder = tmp_path_factory.mktemp("home")
    venv.create(folder)
    packages = folder / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], cwd=folder, check=True)
    return folder


def environment(home: Path) -> dict[str, str]:
    foreign = ("SUBTITLES_", "DASHSCOPE_", "DJANGO_", "PYTHON", "PYTEST", "COV")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


async def command(home: Path, *arguments: str) -> Process:
    program = home / "bin/subtitles"
    return await asyncio.create_subprocess_exec(program, *arguments, cwd=home, env=environment(home), stdout=PIPE)


@asynccontextmanager
async def serving(home: Path) -> AsyncIterator[int]:
    """The port of `subtitles serve`."""
    process = await command(home, "serve", "--port", "0")
    try:
        assert process.stdout
        async with asyncio.timeout(60):
            while (
                found := re.search(rb"^Listening on http://127.0.0.1:(\d+)", await process.stdout.readline())
            ) is None:
                assert process.returncode is None
                assert not process.stdout.at_eof()
        yield int(found[1])
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(20):
            await process.communicate()


def get(port: int, path: str) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type", ""), response.read().decode()
    finally:
        connection.close()


def test_templates_static_files_and_messages_are_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for expected in ("_templates/base.html", "_static/css/base.css", "locale/zh_Hans/LC_MESSAGES/django.mo"):
        assert f"subtitles/{expected}" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "data/"))]


async def test_the_installed_program_migrates_serves_and_finds_its_own_files(home: Path) -> None:
    migrate = await command(home, "migrate", "--verbosity", "0")
    async with asyncio.timeout(60):
        assert await migrate.wait() == 0
    async with serving(home) as port:
        assert (await asyncio.to_thread(get, port, "/healthz"))[0] == 200
        status, kind, page = await asyncio.to_thread(get, port, "/login/")
        assert (status, kind) == (200, "text/html; charset=utf-8")
        style = re.search(r'href="(/static/css/[^"]+)"', page)
        assert style
        status, kind, text = await asyncio.to_thread(get, port, style[1])
        assert (status, kind.split(";")[0]) == (200, "text/css")
        assert "{" in text
    assert (home / "data/db.sqlite3").is_file()


def test_the_installed_package_is_not_the_checkout(home: Path) -> None:
    code = "import subtitles; print(subtitles.__file__)"
    done = subprocess.run([home / "bin/python", "-c", code], cwd=home, env=environment(home), capture_output=True)
    assert Path(done.stdout.decode().strip()).is_relative_to(home)
