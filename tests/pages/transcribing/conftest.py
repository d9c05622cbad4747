"""alice's room has a session that is over, with a minute of sound; a key is set, and nobody is called."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from subtitles.models import CaptionSession, Recording, Room, Sentence, Transcript
from subtitles.speech import SAMPLE_RATE

SECONDS = 60


@pytest.fixture(autouse=True)
def _key(settings: Any) -> None:
    settings.DASHSCOPE_API_KEY = "sk-test"
    options = {**settings.BATCH_ENGINES["dashscope"]["options"], "api_key": "sk-test"}
    settings.BATCH_ENGINES = {"dashscope": {**settings.BATCH_ENGINES["dashscope"], "options": options}}


def past(room: Room, title: str = "Budget, first reading", seconds: int = SECONDS, channels: int = 1) -> CaptionSession:
    session = CaptionSession.objects.create(
        room=room, title=title, language="zh-CN", state="ended", ended_at=timezone.now()
    )
    Recording.objects.create(
        session=session, samples=seconds * SAMPLE_RATE, sealed_at=timezone.now(), channels=channels
    )
    transcript = Transcript.objects.create(session=session, engine="preview")
    Sentence.objects.create(transcript=transcript, number=1, begin_ms=0, end_ms=900, text="记录在案。")
    return session


@pytest.fixture
def session(room: Room) -> CaptionSession:
    return past(room)


@pytest.fixture
def address(room: Room, session: CaptionSession) -> str:
    return reverse("transcribe-again", args=[room.slug, session.pk])


def text(client: Client, address: str, **data: object) -> str:
    """A page; with `data`, what the form says once it was drawn again with that."""
    answer = client.post(address, {"redraw": "1", **data}) if data else client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()
