from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from subtitles.engines.local.models import Models
from subtitles.models import Room
from tests.engines.local.toy_shop import CTC, install


@pytest.fixture(autouse=True)
def models(settings: Settings, tmp_path: Path) -> Models:
    settings.SUBTITLES_MODELS_DIR = tmp_path / "models"
    settings.DASHSCOPE_API_KEY = ""
    return Models(settings.SUBTITLES_MODELS_DIR)


@pytest.mark.parametrize("page", ["", "settings/"])
def test_a_chinese_room_with_neither_key_nor_model_says_so_and_offers_both(
    as_alice: Client, room: Room, page: str
) -> None:
    Room.objects.update(language="zh-CN")
    shown = as_alice.get(f"/rooms/{room.slug}/{page}").content.decode()
    assert "understands English only" in shown
    assert '<a href="/models/">' in shown
    assert "X-ASR" in shown
    assert '/model-studio/get-api-key" rel="noopener noreferrer">' in shown
    assert "DASHSCOPE_API_KEY" in shown


def test_what_is_there_already_is_named(as_alice: Client, room: Room, settings: Settings, models: Models) -> None:
    install(models, CTC)
    settings.DASHSCOPE_API_KEY = "sk-1"
    Room.objects.update(language="zh-CN")
    shown = as_alice.get(f"/rooms/{room.slug}/").content.decode()
    assert "the model Zipformer small, Chinese" in shown
    assert "a key is there" in shown


def test_an_english_room_needs_no_way_out(as_alice: Client, room: Room) -> None:
    assert "ways-out" not in as_alice.get(f"/rooms/{room.slug}/").content.decode()


def test_a_room_whose_model_was_removed_says_so_until_it_is_back(as_alice: Client, room: Room, models: Models) -> None:
    Room.objects.update(engine="local", model=CTC, language="zh-CN")
    assert "This model is not on this machine." in as_alice.get(f"/rooms/{room.slug}/").content.decode()
    install(models, CTC)
    assert "ways-out" not in as_alice.get(f"/rooms/{room.slug}/").content.decode()
    form = as_alice.get(f"/rooms/{room.slug}/settings/").content.decode()
    assert "Models on this machine" in form
    assert "Paraformer streaming, Chinese and English – not on this machine" in form
    assert "Zipformer small, Chinese – not on this machine" not in form
