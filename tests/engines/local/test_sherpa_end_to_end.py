"""A model on this machine, from a file to captions: the server, the broadcaster, the captioner, the worker."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import closing
from pathlib import Path

import pytest

from subtitles.engines.local.sherpa_batch import LocalBatchEngine
from subtitles.models import Sentence
from subtitles.recordings.audio_log import AudioLog
from subtitles.retranscribe import sources, wishes
from tests.engines.local.streams import AUSTEN, SENTENCES, austen
from tests.engines.local.toy_shop import CTC, SENSE_VOICE, shop
from tests.faults.product import PROJECT, Ground, Product
from tests.retranscribe.conftest import ground  # noqa: F401 - a fixture
from tests.retranscribe.scripted import ScriptedService
from tests.retranscribe.stage import Stage, recording


def use(folder: Path, model: str) -> None:
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database, database:
        database.execute("UPDATE subtitles_room SET engine = 'local', model = ?, language = 'zh-CN'", (model,))


@pytest.mark.long
async def test_a_chinese_room_is_captioned_by_a_model_on_this_machine(tmp_path: Path) -> None:
    made = await asyncio.to_thread(Ground, tmp_path / "ground")
    use(made.folder, CTC)
    shop(made.folder / "models", CTC)
    async with Product(made.folder) as product:
        captions = await captioned(product, made.rooms["preview"].stream_key)
        assert all(
            abs(said["begin_ms"] - begin) < 1_000 for said, (begin, _, _) in zip(captions, SENTENCES, strict=True)
        )
        assert product.complaints() == []


async def captioned(product: Product, key: str) -> list[dict[str, int]]:
    """What `manage.py caption` prints for the recording, as fast as it goes."""
    server = f"http://127.0.0.1:{product.port}"
    command = ("caption", str(AUSTEN), "--server", server, "--key", key, "--speed", "0", "--json")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    caption = await asyncio.create_subprocess_exec(
        *(sys.executable, "manage.py", *command), cwd=PROJECT, env=environment, stdin=DEVNULL, stdout=PIPE
    )
    async with asyncio.timeout(60):
        out, _ = await caption.communicate()
    assert caption.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


def test_its_recording_is_transcribed_again_by_another_model(
    ground: Path,  # noqa: F811
    toy_models: Path,
) -> None:
    this = recording()
    log = AudioLog(ground / "live" / str(this.session_id))
    log.begin_segment(1)
    log.append(0, austen())
    log.close()
    wishes.transcribe_again(this, "local", SENSE_VOICE, "zh-CN")
    engine = LocalBatchEngine(toy_models, threads=1)
    stage = Stage(ScriptedService(), sources.pieces)
    object.__setattr__(stage.kind, "engine_of", lambda name: engine)
    job = stage.run()
    stage.close()
    assert (job.job.state, job.job.error_message) == ("done", "")
    kept = list(Sentence.objects.filter(transcript=job.transcript).order_by("begin_ms"))
    assert len(kept) == len(SENTENCES)
    assert {sentence.emotion for sentence in kept} == {"happy"}
    assert all(sentence.words for sentence in kept)


@pytest.fixture(autouse=True)
def _no_server_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DASHSCOPE_API_KEY", raising=False)
