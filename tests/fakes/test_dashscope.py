"""The fake is strict where the documents are, and hears what it is sent."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.fakes import position_code
from tests.fakes.dashscope import KEY, Behaviour, FakeDashScope

ROOT = Path(__file__).parents[2]
HELLO = ROOT / "tests" / "audio" / "zhen_hello_lab.wav"
HEADERS = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
async def fake() -> AsyncIterator[FakeDashScope]:
    async with FakeDashScope() as service:
        yield service


@pytest.fixture
async def socket(fake: FakeDashScope) -> AsyncIterator[ClientConnection]:
    async with connect(fake.websocket_url, additional_headers=HEADERS, compression=None) as connection:
        yield connection


_task_ids = itertools.count(1)


def command(action: str, task_id: str = "", **payload: Any) -> str:
    # Counted, not drawn by chance: some stand in the names of tests, which all workers must agree on.
    header = {"action": action, "task_id": task_id or f"{next(_task_ids):032x}", "streaming": "duplex"}
    return json.dumps({"header": header, "payload": {"input": {}, **payload}})


def run(task_id: str = "", model: str = "paraformer-realtime-v2", **parameters: Any) -> str:
    return command(
        "run-task",
        task_id,
        task_group="audio",
        task="asr",
        function="recognition",
        model=model,
        parameters={"format": "pcm", "sample_rate": 16000, **parameters},
    )


async def said(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await socket.recv())
    return message


async def finals(socket: ClientConnection, pcm: bytes, **parameters: Any) -> list[dict[str, Any]]:
    task_id = uuid.uuid4().hex
    await socket.send(run(task_id, **parameters))
    assert (await said(socket))["header"]["event"] == "task-started"
    for at in range(0, len(pcm), 3200):
        await socket.send(pcm[at : at + 3200])
    await socket.send(command("finish-task", task_id))
    sentences = []
    while (message := await said(socket))["header"]["event"] != "task-finished":
        sentences.append(message["payload"]["output"]["sentence"])
    return [sentence for sentence in sentences if sentence["sentence_end"] and not sentence["heartbeat"]]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{", "InvalidParameter"),
        ("[]", "InvalidParameter"),
        (run().replace('"input": {}', '"output": {}'), "InvalidParameter"),
        (run().replace("duplex", "out"), "InvalidParameter"),
        (run("not-a-uuid"), "InvalidParameter"),
        (run().replace("recognition", "dictation"), "InvalidParameter"),
        (run(model=""), "InvalidParameter"),
        (run(model="paraformer-realtime-v9"), "ModelNotFound"),
        (run(format="flac"), "InvalidParameter"),
        (run(sample_rate="16000"), "InvalidParameter"),
        (run(model="paraformer-realtime-8k-v2"), "InvalidParameter"),
        (run(model="paraformer-realtime-v1", heartbeat=True), "InvalidParameter"),
        (run(max_sentence_silence=100), "InvalidParameter"),
        (run(language_hints=["tlh"]), "InvalidParameter"),
        (run(model="fun-asr-realtime", language_hints=["zh", "en"]), "InvalidParameter"),
        (run(what_is_this=1), "InvalidParameter"),
        (command("finish-task"), "InvalidParameter"),
        (command("stop-task"), "InvalidParameter"),
        (b"\x00\x00", "InvalidParameter"),
    ],
    ids=str,
)
async def test_a_wrong_message_fails_the_task_and_closes(
    socket: ClientConnection, message: str | bytes, code: str
) -> None:
    await socket.send(message)
    answer = await said(socket)
    assert (answer["header"]["event"], answer["header"]["error_code"]) == ("task-failed", code)
    with pytest.raises(ConnectionClosed):
        await socket.recv()


@pytest.mark.parametrize("frame", [bytes(16 * 1024 + 2), bytes(3), b""], ids=["17 kB", "half a sample", "empty"])
async def test_a_frame_of_a_wrong_size_fails_the_task(socket: ClientConnection, frame: bytes) -> None:
    await socket.send(run())
    await said(socket)
    await socket.send(frame)
    assert (await said(socket))["header"]["event"] == "task-failed"


async def test_audio_before_task_started_kills_the_task(fake: FakeDashScope, socket: ClientConnection) -> None:
    fake.default = Behaviour()
    await socket.send(bytes(3200))
    assert (await said(socket))["header"]["error_message"] == "audio before task-started"


async def test_a_connection_takes_one_task_after_the_other_but_no_task_twice(socket: ClientConnection) -> None:
    task_id = uuid.uuid4().hex
    for _ in range(2):
        assert await finals(socket, b"") == []
    await socket.send(run(task_id))
    await said(socket)
    await socket.send(command("finish-task", task_id))
    await said(socket)
    await socket.send(run(task_id))
    assert (await said(socket))["header"]["error_message"] == "task_id was used before"


@pytest.mark.parametrize("skip", [0, 1, 700, 1600, 1601, 12_345, 25_600])
async def test_a_task_that_begins_anywhere_hears_the_rest_in_its_own_time(socket: ClientConnection, skip: int) -> None:
    sentences = await finals(socket, position_code.encode(0, 40)[skip * 2 :])
    first = -(-skip // 1600)
    assert [sentence["text"] for sentence in sentences] == position_code.sentences(first, 40 - first)
    word = sentences[-1]["words"][0]
    assert word["begin_time"] == (2 * 16_000 * 1000 - skip * 1000) // 16_000


async def test_replay_from_the_end_of_a_final_gives_the_same_sentences(socket: ClientConnection) -> None:
    whole = position_code.encode(0, 60)
    clean = await finals(socket, whole)
    replayed = await finals(socket, whole[clean[0]["end_time"] * 32 :])
    assert [sentence["text"] for sentence in replayed] == [sentence["text"] for sentence in clean[1:]]


async def test_a_known_recording_is_recognised_from_anywhere_in_it(
    fake: FakeDashScope, socket: ClientConnection
) -> None:
    texts = ["Hello world, 这里是", "阿里巴巴语音实验室。"]
    script = [
        {"text": texts[0], "begin_ms": 280, "end_ms": 2000},
        {"text": texts[1], "begin_ms": 2000, "end_ms": 4700},
    ]
    fake.play(script, str(HELLO))
    pcm = HELLO.read_bytes()[44:]
    assert [sentence["text"] for sentence in await finals(socket, pcm)] == texts
    (rest,) = await finals(socket, pcm[2_000 * 32 :])
    assert (rest["text"], rest["begin_time"], rest["end_time"]) == (texts[1], 0, 2700)
    cut = await finals(socket, pcm[3_000 * 32 :])
    assert texts[1].endswith(cut[0]["text"])


async def test_the_bill_counts_the_audio_of_every_task(fake: FakeDashScope, socket: ClientConnection) -> None:
    await finals(socket, bytes(32_000 * 2))
    await finals(socket, bytes(33_000))
    assert ([task.billed_seconds for task in fake.log.tasks], fake.log.bill) == ([2, 2], 4)


async def test_the_log_tells_lost_and_doubled_audio(fake: FakeDashScope, socket: ClientConnection) -> None:
    await finals(socket, position_code.encode(0, 10) + position_code.encode(12, 4) + position_code.encode(14, 2))
    assert fake.log.tasks[0].blocks == [[0, 9], [12, 15], [14, 15]]


def test_as_a_process_it_is_steered_and_read_over_http() -> None:
    command = [sys.executable, "-m", "tests.fakes.dashscope", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        root = ready["http_url"].removesuffix("/api/v1")
        with httpx2.Client() as client:
            orders = {"default": {"refuse": 503}, "next": [{"refuse": 401}], "play": {"sentences": []}, "cut": True}
            assert client.post(f"{root}/control", json=orders).status_code == 200
            statuses = [client.get(f"{root}/api-ws/v1/inference", headers=HEADERS).status_code for _ in range(2)]
            log = client.get(f"{root}/log").json()
        process.stdin.close()
    assert statuses == [401, 503]
    assert [connection["refused"] for connection in log["connections"]] == statuses
    assert process.returncode == 0
