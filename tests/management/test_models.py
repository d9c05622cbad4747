from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from subtitles.engines.catalog import local_packages
from subtitles.engines.local.models import Models
from subtitles.engines.local.sherpa_locks import shared
from subtitles.management.commands import models as command
from tests.engines.local.mirror import mirroring
from tests.engines.local.toy_delivery import offer
from tests.engines.local.toy_shop import CTC, install
from tests.engines.local.toys import zipformer_ctc


@pytest.fixture(autouse=True)
def models(settings: Settings, tmp_path: Path) -> Models:
    settings.SUBTITLES_MODELS_DIR = tmp_path / "models"
    settings.SUBTITLES_MIN_FREE_BYTES = 0
    return Models(settings.SUBTITLES_MODELS_DIR)


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("models", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        said(*arguments)
    return str(error.value)


def test_the_list_names_size_licence_and_what_is_here(models: Models) -> None:
    install(models, CTC)
    lines = said("list").splitlines()
    assert len(lines) == len(local_packages.PACKAGES)
    assert "133 MB" in lines[0]
    assert "Apache-2.0 (a third party says so)" in lines[0]
    assert [line.split()[0] for line in lines if "here," in line] == [CTC]


async def test_a_download_shows_the_licence_and_ends_with_a_model_that_is_ready(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models: Models
) -> None:
    wanted, files = offer(CTC, tmp_path / "toy")
    monkeypatch.setattr(command, "package", lambda name: wanted)
    async with mirroring(files) as mirror:
        settings.SUBTITLES_MODEL_MIRROR = mirror.address
        words = await asyncio.to_thread(said, "download", CTC, "--yes")
    assert f"Licence: {wanted.licence}." in words
    assert words.endswith(f"{CTC} is ready.\n")
    assert models.find(CTC)


def test_a_download_that_cannot_reach_the_mirror_says_that_it_goes_on_later(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, _ = offer(CTC, tmp_path / "toy")
    monkeypatch.setattr(command, "package", lambda name: wanted)
    settings.SUBTITLES_MODEL_MIRROR = "http://127.0.0.1:1"
    assert "goes on where it stopped" in refused("download", CTC, "--yes")


def test_without_a_yes_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(question: str) -> str:
        asked.append(question)
        return "n"

    asked: list[str] = []
    monkeypatch.setattr("builtins.input", answer)
    assert refused("download", CTC) == "Nothing was downloaded."
    assert "licence" in asked[0]


def test_with_nobody_to_ask_it_names_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    assert "--yes accepts the licence" in refused("download", CTC)


def test_a_model_is_imported_checked_and_removed(models: Models, tmp_path: Path) -> None:
    (tmp_path / "unpacked").mkdir()
    zipformer_ctc(tmp_path / "unpacked")
    assert "is ready" in said("import", CTC, str(tmp_path / "unpacked"))
    assert "already" in refused("import", CTC, str(tmp_path / "unpacked"))
    assert "every file" in said("check", CTC)
    installed = models.find(CTC)
    assert installed
    with shared(installed.folder):
        assert "in use" in refused("remove", CTC)
    assert "was removed" in said("remove", CTC)
    assert "was not on" in said("remove", CTC)
    assert "is not on" in refused("check", CTC)


def test_unknown_names_and_what_cannot_be_downloaded_are_refused() -> None:
    assert CTC in refused("download", "no-such-model")
    assert "models import" in refused("download", "zipformer-zh-14m")
