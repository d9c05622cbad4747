"""Fixtures over a `session` and an `alice`: what was heard in it, and a copy to be corrected."""

from __future__ import annotations

import pytest

from subtitles.editing.copying import copied
from subtitles.models import CaptionSession, Transcript, User
from tests.editing.talk import BATCH, transcript_of


@pytest.fixture
def live(session: CaptionSession) -> Transcript:
    return transcript_of(session)


@pytest.fixture
def batch(session: CaptionSession) -> Transcript:
    return transcript_of(session, BATCH, Transcript.Kind.BATCH)


@pytest.fixture
def copy(live: Transcript, alice: User) -> Transcript:
    return copied(live, alice)
