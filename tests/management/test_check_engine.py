from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.fakes.dashscope import KEY, Behaviour, FakeDashScope

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def fake(settings) -> AsyncIterator[FakeDashScope]:
    async with FakeDashScope() as service:
        use(settings, api_key=KEY, websocket_url=service.websocket_url, http_url=service.http_url)
        settings.SUBTITLES_ENGINE = "dashscope"
        yield service


def use(settings, **options: object) -> None:
    settings.ENGINES = {
        "dashscope": {"class": "subtitles.engines.dashscope.realtime.DashScopeEngine", "options": options},
    }


async def check(*arguments: str) -> str:
    """What the command says; it has a loop of its own, so it runs in a thread."""
    out = StringIO()
    await asyncio.to_thread(call_command, "check_engine", *arguments, stdout=out)
    return out.getvalue()


async def complaint(*arguments: str) -> str:
    with pytest.raises(CommandError) as failed:
        await check(*arguments)
    assert failed.value.returncode == 1
    return str(failed.value)


async def test_a_working_engine_is_ok(fake: FakeDashScope) -> None:
    assert (await check()).startswith("ok: dashscope recognises with paraformer-realtime-v2")
    (task,) = fake.log.tasks
    assert (task.samples, task.outcome) == (16_000, "finished")


async def test_another_model_can_be_tried(fake: FakeDashScope) -> None:
    assert "fun-asr-realtime" in await check("--engine", "dashscope", "--model", "fun-asr-realtime")
    assert fake.log.tasks[0].model == "fun-asr-realtime"


async def test_a_missing_key_is_told_with_the_way_out(fake: FakeDashScope, settings) -> None:
    use(settings, api_key="")
    words = await complaint()
    assert "DASHSCOPE_API_KEY" in words
    assert "preview" in words


async def test_a_wrong_key_or_region_is_told_without_the_key(fake: FakeDashScope, settings) -> None:
    use(settings, api_key="sk-of-another-region", websocket_url=fake.websocket_url)
    words = await complaint()
    assert "refuses the key" in words
    assert "region" in words
    assert "sk-of" not in words


@pytest.mark.parametrize("refuse", [401, 403])
async def test_a_refused_handshake_is_a_wrong_key(fake: FakeDashScope, refuse: int) -> None:
    fake.default = Behaviour(refuse=refuse)
    assert "refuses the key" in await complaint()


async def test_a_model_outside_the_catalogue_is_told_with_the_known_ones(fake: FakeDashScope) -> None:
    words = await complaint("--model", "paraformer-9")
    assert "no model “paraformer-9”" in words
    assert "paraformer-realtime-v2" in words


async def test_a_model_that_the_service_does_not_know_is_told(fake: FakeDashScope) -> None:
    fake.region = "ap-southeast-1"
    assert "does not know this model" in await complaint()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("AccessDenied.Unpurchased", "no right to this model"),
        ("AllocationQuota.FreeTierOnly", "free quota is used up"),
        ("PostpaidBillOverdue", "overdue bill"),
        ("Arrearage", "overdue bill"),
    ],
)
async def test_rights_and_bills_are_told_apart(fake: FakeDashScope, code: str, words: str) -> None:
    fake.default = Behaviour(at_ms=100, then="fail", code=code)
    said = await complaint()
    assert words in said
    assert "console" in said
    assert fake.log.tasks[0].task_id in said


async def test_an_overdue_bill_at_the_door_is_not_taken_for_throttling(fake: FakeDashScope) -> None:
    fake.default = Behaviour(refuse=429, code="PrepaidBillOverdue")
    assert "overdue bill" in await complaint()


async def test_throttling_and_overload_ask_for_patience(fake: FakeDashScope) -> None:
    fake.next(Behaviour(refuse=429), Behaviour(refuse=503))
    assert "Try again" in await complaint()
    assert "Try again" in await complaint()


async def test_an_address_that_nobody_answers_is_told(fake: FakeDashScope, settings) -> None:
    use(settings, api_key=KEY, websocket_url="ws://127.0.0.1:1/")
    assert "cannot be reached" in await complaint()


async def test_an_unknown_engine_is_told_with_the_known_ones(fake: FakeDashScope) -> None:
    assert "there are: dashscope" in await complaint("--engine", "nonsense")


def test_as_a_program_it_exits_with_0_or_1(tmp_path: Path) -> None:
    """Two processes, as an operator has them: the fake stands alone, the command finds it by its environment."""
    command = [sys.executable, "-m", "tests.fakes.dashscope"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as fake:
        assert fake.stdin
        assert fake.stdout
        try:
            ready = json.loads(fake.stdout.readline())
            good = _run(tmp_path, ready["websocket_url"], ready["key"])
            bad = _run(tmp_path, ready["websocket_url"], "sk-wrong")
        finally:
            fake.stdin.close()
    assert (good.returncode, good.stdout[:3]) == (0, "ok:")
    assert bad.returncode == 1
    assert "refuses the key" in bad.stderr
    assert "Traceback" not in bad.stderr


def _run(folder: Path, url: str, key: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "SUBTITLES_DATA_DIR": str(folder),
        "DASHSCOPE_API_KEY": key,
        "SUBTITLES_DASHSCOPE_WEBSOCKET_URL": url,
    }
    command = [sys.executable, "manage.py", "check_engine", "--engine", "dashscope"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
