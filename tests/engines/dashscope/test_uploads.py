from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from subtitles.engines.base import EngineError, ErrorKind, Options, Source, TooBig, Transcribed
from subtitles.engines.dashscope.batch import DashScopeBatchEngine
from subtitles.engines.dashscope.downloads import Guard
from subtitles.engines.dashscope.uploads import Uploads
from tests.engines.dashscope.recordings import TEXTS, failure, finished, transcript
from tests.fakes import position_code, sound_files
from tests.fakes.dashscope import KEY, BatchBehaviour, FakeDashScope

FUN = Options("fun-asr")


@pytest.fixture
def recording(tmp_path: Path) -> Source:
    path = tmp_path / "直播 录音 'a\".wav"
    path.write_bytes(sound_files.wav(position_code.encode(0, 40)))
    return Source(path)


@pytest.fixture(autouse=True)
def _quick(fake: FakeDashScope) -> None:
    fake.batch.default = BatchBehaviour(polls=0)


async def test_a_file_is_brought_to_the_service_byte_for_byte_under_a_plain_name(
    fake: FakeDashScope, batch: DashScopeBatchEngine, recording: Source
) -> None:
    prepared = await batch.prepare(recording, FUN)
    stored = fake.batch.storage.find(prepared.address, "fun-asr")
    assert stored
    assert recording.path
    assert hashlib.sha256(stored.read_bytes()).digest() == hashlib.sha256(recording.path.read_bytes()).digest()
    assert prepared.address.startswith("oss://dashscope-instant/")
    assert prepared.address.isascii()
    assert "'" not in prepared.address
    assert fake.batch.log.leaked_keys == 0


@pytest.mark.parametrize("echo", ["same", "resolved"])
async def test_what_was_brought_there_is_transcribed(
    fake: FakeDashScope, batch: DashScopeBatchEngine, recording: Source, echo: str
) -> None:
    fake.batch.default = BatchBehaviour(polls=0, echo=echo, swap=True)
    ticket = await batch.submit([recording, recording], FUN)
    assert not isinstance(ticket, Transcribed)
    done = await finished(batch, ticket)  # type: ignore[arg-type]
    texts = [[s.text for s in found.sentences] for found in done.recordings if isinstance(found, Transcribed)]
    assert texts == [TEXTS, TEXTS]
    assert fake.batch.log.submits[0].headers["X-DashScope-OssResourceResolve"] == "enable"


async def test_a_copy_is_only_for_the_model_it_was_made_for(
    fake: FakeDashScope, batch: DashScopeBatchEngine, recording: Source
) -> None:
    prepared = await batch.prepare(recording, FUN)
    assert (await failure(batch, prepared, "fun-asr-mtl")).code == "FILE_DOWNLOAD_FAILED"


async def test_preparing_twice_uploads_once(
    fake: FakeDashScope, batch: DashScopeBatchEngine, recording: Source
) -> None:
    prepared = await batch.prepare(recording, FUN)
    assert await batch.prepare(prepared, FUN) == prepared
    assert len(fake.batch.log.uploads) == 1


async def test_what_fits_into_a_request_is_not_uploaded(
    fake: FakeDashScope, batch: DashScopeBatchEngine, recording: Source, tmp_path: Path
) -> None:
    assert await batch.prepare(recording, Options("qwen3-asr-flash")) == recording
    big = tmp_path / "big.wav"
    big.write_bytes(sound_files.wav(position_code.encode(0, 20) + bytes(8_000_000)))
    for model in ("fun-asr-flash-2026-06-15", "qwen3-asr-flash", "qwen3-omni-flash"):
        assert await transcript(batch, Source(big), model) != Transcribed()
    assert len(fake.batch.log.uploads) == 3


async def test_an_expired_permission_may_be_asked_for_again(
    fake: FakeDashScope, batch: DashScopeBatchEngine, recording: Source
) -> None:
    fake.batch.storage.stale_policies = 1
    with pytest.raises(EngineError, match="expired") as caught:
        await batch.prepare(recording, FUN)
    assert (caught.value.kind, caught.value.retryable) == (ErrorKind.BUSY, True)
    assert (await batch.prepare(recording, FUN)).address


async def test_a_file_beyond_the_permission_is_not_sent(
    fake: FakeDashScope, batch: DashScopeBatchEngine, tmp_path: Path
) -> None:
    fake.batch.storage.most_megabytes = "1"
    path = tmp_path / "big.wav"
    with path.open("wb") as file:
        file.truncate(3 * 1024**3)
    with pytest.raises(TooBig, match="1 MB at most") as caught:
        await batch.prepare(Source(path), FUN)
    assert (caught.value.kind, caught.value.retryable) == (ErrorKind.PARAMETERS, False)
    assert caught.value.most_bytes == 1024**2
    assert fake.batch.log.uploads == []


async def test_a_permission_that_leads_elsewhere_is_not_followed(fake: FakeDashScope, recording: Source) -> None:
    strict = DashScopeBatchEngine(KEY, fake.http_url)
    uploads = Uploads(strict.service, Guard())
    assert recording.path
    with pytest.raises(EngineError, match="must not be asked"):
        await uploads.upload("fun-asr", recording.path, "wav")
    assert fake.batch.log.uploads == []


async def test_a_file_that_grows_while_it_is_sent_keeps_its_announced_length(
    fake: FakeDashScope, batch: DashScopeBatchEngine, recording: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert recording.path
    size = recording.path.stat().st_size
    with recording.path.open("ab") as file:
        file.write(bytes(5_000_000))
    monkeypatch.setattr(Path, "stat", _stat_of(size))
    prepared = await batch.prepare(recording, FUN)
    monkeypatch.undo()
    stored = fake.batch.storage.find(prepared.address, "fun-asr")
    assert stored
    assert stored.stat().st_size == size


def _stat_of(size: int) -> object:
    class Told:
        st_size = size

    return lambda *_, **__: Told()
