from __future__ import annotations

from typing import Any

import pytest

from subtitles.models import Room, User, Vocabulary
from tests.fakes.dashscope import KEY

HTMX = {"HX-Request": "true"}


@pytest.fixture
def games(alice: User) -> Vocabulary:
    """Two words."""
    vocabulary = Vocabulary.objects.create(name="Games", owner=alice)
    vocabulary.words.create(text="字幕", weight=5, language="zh")
    vocabulary.words.create(text="Bulge Bracket")
    return vocabulary


@pytest.fixture
def keyed(settings: Any) -> None:
    """There is a key; nobody sends anything while a page is made."""
    settings.DASHSCOPE_API_KEY = KEY
    options = {"api_key": KEY, "http_url": "http://127.0.0.1:9/api/v1"}
    settings.BATCH_ENGINES = {"dashscope": {"class": "x", "options": options}}


@pytest.fixture
def using(room: Room, games: Vocabulary) -> Room:
    """A room whose model takes hot words, and these."""
    room.engine, room.model, room.language, room.vocabulary = "dashscope", "paraformer-realtime-v2", "zh-CN", games
    room.save()
    return room
