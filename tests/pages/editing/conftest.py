from __future__ import annotations

import pytest

from subtitles.editing.transcripts import copied
from subtitles.models import CaptionSession, Room, Transcript, User
from tests.editing.talk import BATCH, session_of, transcript_of


@pytest.fixture
def session(room: Room) -> CaptionSession:
    return session_of(room)


@pytest.fixture
def live(session: CaptionSession) -> Transcript:
    return transcript_of(session)


@pytest.fixture
def batch(session: CaptionSession) -> Transcript:
    return transcript_of(session, BATCH, Transcript.Kind.BATCH)


@pytest.fixture
def copy(live: Transcript, alice: User) -> Transcript:
    return copied(live, alice)
