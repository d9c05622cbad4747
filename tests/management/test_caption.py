from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from tests.management.server import KEY, CaptionServer, running
from tests.management.test_audio_file import tone, wav


async def caption(*arguments: str) -> Process:
    """The command as a program, from the checkout."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    manage = Path(__file__).parents[2] / "manage.py"
    command = [sys.executable, str(manage), "caption", *arguments]
    return await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment)


async def outcome(process: Process, stdin: bytes | None = None) -> tuple[int | None, str, str]:
    async with asyncio.timeout(60):
        out, errors = await process.communicate(stdin)
    return process.returncode, out.decode(), errors.decode()


async def test_json_prints_each_final_and_nothing_else(tmp_path: Path) -> None:
    pcm = tone(2.5)
    async with running(CaptionServer()) as server:
        name = wav(tmp_path / "tone.wav", pcm)
        process = await caption(name, "--server", server.url, "--key", KEY, "--speed", "0", "--json")
        code, out, errors = await outcome(process)
    assert (code, errors) == (0, "")
    assert [json.loads(line) for line in out.splitlines()] == [
        {"number": 1, "begin_ms": 0, "end_ms": 1000, "text": "第1句 and so on"},
        {"number": 2, "begin_ms": 1000, "end_ms": 2000, "text": "第2句 and so on"},
    ]
    assert bytes(server.kept) == pcm


async def test_without_json_captions_scroll_by_with_their_times(tmp_path: Path) -> None:
    async with running(CaptionServer()) as server:
        name = wav(tmp_path / "tone.wav", tone(2.5))
        process = await caption(name, "--server", server.url, "--key", KEY, "--room", "news", "--speed", "0")
        code, out, _ = await outcome(process)
    assert code == 0
    assert out.splitlines() == ["00:00 第1句 and so on", "00:01 第2句 and so on"]
    assert server.paths == ["/ws/broadcast/news/"]


async def test_standard_input_may_be_bare_samples() -> None:
    async with running(CaptionServer()) as server:
        process = await caption("-", "--server", server.url, "--key", KEY, "--speed", "0", "--rate", "16000", "--json")
        code, out, _ = await outcome(process, tone(1.5))
    assert code == 0
    assert len(out.splitlines()) == 1
    assert bytes(server.kept) == tone(1.5)


async def test_an_interrupt_ends_the_broadcast_in_order() -> None:
    async with running(CaptionServer()) as server:
        process = await caption("-", "--server", server.url, "--key", KEY, "--rate", "16000", "--speed", "9", "--json")
        assert process.stdin
        assert process.stdout
        process.stdin.write(tone(3))
        async with asyncio.timeout(60):
            await process.stdout.readline()
        process.send_signal(signal.SIGINT)
        code, _, errors = await outcome(process)
    assert (code, errors) == (0, "")
    assert server.stopped_at == server.samples


@pytest.mark.parametrize(
    ("key", "server", "code", "words"),
    [
        ("wrong", CaptionServer(), 2, "403"),
        (
            KEY,
            CaptionServer(closes=[{"code": 4104, "key": "not_found", "message": "There is no such room."}]),
            2,
            "room",
        ),
        (KEY, CaptionServer(withheld={2}), 3, "sentences 2"),
    ],
)
async def test_the_exit_code_says_how_it_ended(
    tmp_path: Path, key: str, server: CaptionServer, code: int, words: str
) -> None:
    async with running(server):
        name = wav(tmp_path / "tone.wav", tone(2.5))
        process = await caption(name, "--server", server.url, "--key", key, "--speed", "0", "--json")
        actual, _, errors = await outcome(process)
    assert actual == code
    assert words in errors
    assert "Traceback" not in errors


async def test_a_file_that_is_not_there_reaches_no_server(tmp_path: Path) -> None:
    async with running(CaptionServer()) as server:
        process = await caption(str(tmp_path / "no.wav"), "--server", server.url, "--key", KEY)
        code, _, errors = await outcome(process)
    assert code == 2
    assert "No such file" in errors
    assert server.paths == []
