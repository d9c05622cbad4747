"""Where the pages of these tests are, and what they show."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from subtitles.models import CaptionSession, Transcript

HTMX = {"HX-Request": "true"}


def of(name: str, transcript: Transcript, *more: int) -> str:
    session = transcript.session
    return reverse(name, args=[session.room.slug, session.pk, transcript.pk, *more])


def of_session(name: str, session: CaptionSession) -> str:
    return reverse(name, args=[session.room.slug, session.pk])


def shown(client: Client, address: str, **query: str | int) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def change(client: Client, transcript: Transcript, do: str, **more: object) -> Any:
    return client.post(of("editor-changes", transcript), {"do": do, **more}, content_type="application/json")
