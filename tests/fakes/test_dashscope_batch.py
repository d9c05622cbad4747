"""The fake's interfaces for recordings are strict where the documents are."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.fakes import position_code, sound_files
from tests.fakes.dashscope import KEY, BatchBehaviour, FakeDashScope

ROOT = Path(__file__).parents[2]
TASKS = "services/audio/asr/transcription"
GENERATION = "services/aigc/multimodal-generation/generation"
ASYNC = {"X-DashScope-Async": "enable"}
WAV = sound_files.wav(position_code.encode(0, 20))
INLINE = f"data:audio/wav;base64,{base64.b64encode(WAV).decode()}"


@pytest.fixture
async def fake() -> AsyncIterator[FakeDashScope]:
    async with FakeDashScope() as service:
        service.batch.default = BatchBehaviour(polls=0)
        yield service


@pytest.fixture
async def client(fake: FakeDashScope) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx2.AsyncClient(base_url=fake.http_url, headers=headers) as made:
        yield made


def task(model: str = "fun-asr", *addresses: str, **parameters: Any) -> dict[str, Any]:
    places = list(addresses) or ["https://media.example.org/a.wav"]
    return {"model": model, "input": {"file_urls": places}, "parameters": parameters}


def flash(*context: tuple[str, str], data: str = INLINE, **parameters: Any) -> dict[str, Any]:
    kinds = {"user": "input_text", "assistant": "text"}
    messages = [{"role": role, "content": [{"type": kinds[role], "text": text}]} for role, text in context]
    heard = {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": data}}]}
    return {
        "model": "fun-asr-flash-2026-06-15",
        "input": {"messages": [*messages, heard]},
        "parameters": {"format": "wav", "sample_rate": "16000", **parameters},
    }


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {field: value for field, value in body.items() if field != name}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (without(task(), "model"), "BadRequest.EmptyModel"),
        (without(task(), "parameters"), "BadRequest.EmptyParameters"),
        (without(task(), "input"), "BadRequest.EmptyInput"),
        (task("fun-asr-9"), "ModelNotFound"),
        (task("fun-asr-flash-2026-06-15"), "ModelNotFound"),
        (task("fun-asr", "a.wav"), "InvalidURL"),
        (task("fun-asr", "https://a.example/a b.wav"), "InvalidURL"),
        (task("fun-asr", "https://a.example/录.wav"), "InvalidURL"),
        (task("fun-asr", *["https://a.example/a.wav"] * 101), "InvalidParameter"),
        (task("qwen3-asr-flash-filetrans"), "BadRequest.EmptyInput"),
        (task("fun-asr", timestamp_alignment_enabled=True), "InvalidParameter"),
        (task("paraformer-v1", vocabulary_id="v"), "InvalidParameter"),
        (task("paraformer-v1", language_hints=["zh"]), "InvalidParameter"),
        (task("paraformer-v2", language_hints=["th"]), "InvalidParameter"),
        (task("sensevoice-v1", language_hints=["zh", "en"]), "InvalidParameter"),
        (task("fun-asr", special_word_filter={"system_reserved_filter": True}), "InvalidParameter"),
        (task("fun-asr", speaker_count=2), "InvalidParameter"),
        (task("fun-asr", diarization_enabled=True, speaker_count=1), "InvalidParameter"),
        (task("fun-asr", channel_id=["0"]), "InvalidParameter"),
        ({**task("fun-asr"), "resources": [{"resource_id": "p", "resource_type": "asr_phrase"}]}, "InvalidParameter"),
        ({**task("fun-asr"), "what": 1}, "InvalidParameter"),
    ],
)
async def test_a_wrong_task_is_refused_and_not_billed(
    fake: FakeDashScope, client: httpx2.AsyncClient, body: dict[str, Any], code: str
) -> None:
    answer = await client.post(TASKS, json=body, headers=ASYNC)
    assert (answer.json()["code"], fake.batch.log.bill) == (code, [])
    assert fake.batch.log.submits[0].refused == code


async def test_a_task_must_be_asked_for_as_one(client: httpx2.AsyncClient) -> None:
    answer = await client.post(TASKS, json=task())
    assert (answer.status_code, answer.json()["code"]) == (403, "AccessDenied")


@pytest.mark.parametrize(
    "body",
    [
        without(flash(), "parameters"),
        flash(format="midi"),
        flash(format="mp3"),
        flash(sample_rate=16000),
        flash(language_hints=["zh", "en"]),
        flash(("user", "a")),
        flash(("user", "a"), ("user", "b")),
        flash(*[("user", "a"), ("assistant", "b")] * 6),
        flash(("user", "a" * 401), ("assistant", "b")),
        flash(data="data:audio/wav;base64,===="),
        flash(data="data:audio/wav;base64," + "A" * 10_000_001),
        {**flash(), "input": {"messages": [{"role": "user", "content": [{"audio": INLINE}]}]}},
    ],
)
async def test_a_wrong_request_to_flash_is_refused_and_not_billed(
    fake: FakeDashScope, client: httpx2.AsyncClient, body: dict[str, Any]
) -> None:
    assert (await client.post(GENERATION, json=body)).status_code == 400
    assert fake.batch.log.bill == []


async def test_flash_is_right_when_nothing_is_wrong(fake: FakeDashScope, client: httpx2.AsyncClient) -> None:
    body = flash(("user", "a"), ("assistant", "b"))
    answer = (await client.post(GENERATION, json=body)).json()
    assert answer["output"]["text"] == position_code.sentences(0, 20)[0]
    assert (answer["usage"], "choices" in answer["output"]) == ({"duration": 2}, False)


def _upload(policy: dict[str, str], **changes: str) -> list[tuple[str, tuple[None, str]]]:
    fields = {
        "OSSAccessKeyId": policy["oss_access_key_id"],
        "Signature": policy["signature"],
        "policy": policy["policy"],
        "key": f"{policy['upload_dir']}/a.wav",
        "x-oss-object-acl": policy["x_oss_object_acl"],
        "x-oss-forbid-overwrite": policy["x_oss_forbid_overwrite"],
        "success_action_status": "200",
        "x-oss-content-type": "audio/wav",
        **changes,
    }
    return [(name, (None, value)) for name, value in fields.items()]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda form: form, 200),
        (lambda form: form[::-1], 403),
        (lambda form: form[1:], 403),
        (lambda form: [(n, (None, "other/a.wav") if n == "key" else v) for n, v in form], 403),
        (lambda form: [(n, (None, "signed-x") if n == "Signature" else v) for n, v in form], 403),
    ],
    ids=["good", "order", "missing", "elsewhere", "signature"],
)
async def test_an_upload_is_the_documented_form(
    fake: FakeDashScope, client: httpx2.AsyncClient, change: Callable[[Any], Any], status: int
) -> None:
    policy = (await client.get("uploads", params={"action": "getPolicy", "model": "fun-asr"})).json()["data"]
    async with httpx2.AsyncClient() as keyless:
        form = [*change(_upload(policy)), ("file", ("a.wav", WAV, "audio/wav"))]
        assert (await keyless.post(policy["upload_host"], files=form)).status_code == status
    assert len(fake.batch.log.uploads) == (status == 200)


async def test_more_requests_than_are_allowed_in_a_second_are_turned_away(
    fake: FakeDashScope, client: httpx2.AsyncClient
) -> None:
    fake.batch.limits = (2, 1)
    body = task("fun-asr", fake.batch.host("a.wav", WAV))
    answers = [(await client.post(TASKS, json=body, headers=ASYNC)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    name = answers[0].json()["output"]["task_id"]
    assert [(await client.get(f"tasks/{name}")).status_code for _ in range(2)] == [200, 429]


async def test_a_result_that_is_asked_for_with_the_key_is_noted(
    fake: FakeDashScope, client: httpx2.AsyncClient
) -> None:
    begun = await client.post(TASKS, json=task("fun-asr", fake.batch.host("a.wav", WAV)), headers=ASYNC)
    done = (await client.get(f"tasks/{begun.json()['output']['task_id']}")).json()
    await client.get(done["output"]["results"][0]["transcription_url"])
    assert fake.batch.log.leaked_keys == 1


def test_as_a_process_its_bill_is_steered_and_read_over_http() -> None:
    command = [sys.executable, "-m", "tests.fakes.dashscope", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        root = ready["http_url"].removesuffix("/api/v1")
        with httpx2.Client(headers={"Authorization": f"Bearer {KEY}"}) as client:
            orders = {"batch": {"default": {"polls": 0, "failed_files": [0]}, "next": [{"refuse": 429}]}}
            assert client.post(f"{root}/control", json=orders).status_code == 200
            statuses = [client.post(f"{ready['http_url']}/{TASKS}", json=task(), headers=ASYNC) for _ in range(2)]
            log = client.get(f"{root}/log").json()["batch"]
        process.stdin.close()
    assert [answer.status_code for answer in statuses] == [429, 200]
    assert [row["model"] for row in log["bill"]] == ["fun-asr"]
    assert [row["refused"] for row in log["submits"]] == ["429", ""]
    assert process.returncode == 0
