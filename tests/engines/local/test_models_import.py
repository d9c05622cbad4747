from __future__ import annotations

from pathlib import Path

import pytest

from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.catalog.local_packages import package
from subtitles.engines.catalog.local_types import Package
from subtitles.engines.local.models import Models
from subtitles.engines.local.models_import import bring_in, check
from tests.engines.local.toy_shop import CTC, SENSE_VOICE
from tests.engines.local.toys import sense_voice, zipformer_ctc


@pytest.fixture
def models(tmp_path: Path) -> Models:
    return Models(tmp_path / "models")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "unpacked"
    (folder / "test_wavs").mkdir(parents=True)
    (folder / "test_wavs" / "0.wav").write_bytes(b"RIFF")
    zipformer_ctc(folder)
    return folder


def entry(name: str) -> Package:
    found = package(name)
    assert found
    return found


async def refusal(models: Models, name: str, source: Path) -> str:
    with pytest.raises(EngineError) as refused:
        await bring_in(models, entry(name), source)
    assert refused.value.kind is ErrorKind.PARAMETERS
    assert models.find(name) is None
    return str(refused.value)


async def test_a_folder_is_copied_checked_and_loaded_once(models: Models, source: Path) -> None:
    installed = await bring_in(models, entry(CTC), source)
    assert sorted(installed.files) == ["model.int8.onnx", "tokens.txt"]
    await check(installed, entry(CTC))
    assert models.find(CTC) == installed


async def test_a_model_that_cannot_be_loaded_is_not_kept(models: Models, source: Path) -> None:
    zipformer_ctc(source, leave_out="T")
    assert "cannot be loaded" in await refusal(models, CTC, source)


async def test_missing_files_are_named(models: Models, source: Path, tmp_path: Path) -> None:
    (source / "tokens.txt").unlink()
    assert "tokens.txt" in await refusal(models, CTC, source)
    assert "no folder" in await refusal(models, CTC, tmp_path / "nowhere")


async def test_a_file_that_is_not_the_published_one_is_refused(models: Models, tmp_path: Path) -> None:
    sense_voice(tmp_path)
    assert "not the published one" in await refusal(models, SENSE_VOICE, tmp_path)
    assert not list(models.root.rglob("*.onnx"))  # nothing of it stays


async def test_damage_is_found(models: Models, source: Path) -> None:
    installed = await bring_in(models, entry(CTC), source)
    (installed.folder / "tokens.txt").write_text("<blk> 0\n")
    with pytest.raises(EngineError) as damaged:
        await check(installed, entry(CTC))
    assert "tokens.txt is damaged" in str(damaged.value)
