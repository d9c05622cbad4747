"""A vocabulary in a broadcast: the words are the service's business, their list has to be in the command."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import timezone

from subtitles.live import store
from subtitles.live.wire import BroadcastHello
from subtitles.models import Job, Room, Transcript, Vocabulary, VocabularyCopy
from subtitles.vocabularies import copies, edits, standing, use
from subtitles.vocabularies.words import Hotword, fingerprint

HELLO = {"take_over": False, "consent": True, "paced": True, "captions": False}


@pytest.fixture
def ready(room: Room, games: Vocabulary, keyed: None, transactional_db: Any) -> VocabularyCopy:
    """The room's list is at the service, as it is here."""
    use.want_for(room)
    copy = VocabularyCopy.objects.get()
    copies.was_sent(copy.pk, "vocab-1", fingerprint(copies.words_of(games.pk)))
    copies.became_ready(copy.pk)
    Job.objects.update(state="done", finished_at=timezone.now())
    return copy


def test_a_broadcast_has_the_words_of_its_room(room: Room, ready: VocabularyCopy) -> None:
    taken = begin(room)
    assert taken.options.values == {"vocabulary_id": "vocab-1"}
    assert Transcript.objects.get().options == {"vocabulary_id": "vocab-1"}


def test_the_first_generation_gets_its_phrases(room: Room, ready: VocabularyCopy) -> None:
    Room.objects.update(model="paraformer-realtime-v1")
    VocabularyCopy.objects.update(target_model="paraformer-realtime-v1")
    assert begin(room).options.values == {"phrase_id": "vocab-1"}


def test_the_rooms_own_options_stay(room: Room, ready: VocabularyCopy) -> None:
    Room.objects.update(options={"itn": False, "vocabulary_id": "by-hand"})
    assert begin(room).options.values == {"itn": False, "vocabulary_id": "vocab-1"}


def test_words_that_are_not_there_yet_keep_nobody_waiting(room: Room, ready: VocabularyCopy, games: Vocabulary) -> None:
    edits.add(games, [Hotword("直播")])
    assert begin(room).options.values == {}


def test_a_session_that_is_taken_over_keeps_the_words_it_began_with(
    room: Room, ready: VocabularyCopy, games: Vocabulary
) -> None:
    begin(room, page := uuid.uuid4())
    edits.add(games, [Hotword("直播")])
    assert begin(room, page).options.values == {"vocabulary_id": "vocab-1"}


def test_another_account_has_other_lists(room: Room, ready: VocabularyCopy, settings: Any) -> None:
    options = {"api_key": "sk-other", "http_url": "http://127.0.0.1:9/api/v1"}
    settings.BATCH_ENGINES = {"dashscope": {"class": "x", "options": options}}
    assert use.live_options(room) == {}


def test_a_model_on_this_machine_is_told_the_words_after_the_rooms_own(room: Room, games: Vocabulary) -> None:
    room.engine, room.model, room.options = "local", "x-asr-zh-en-480ms", {"hotwords": "达摩院\n"}
    assert use.live_options(room) == {"hotwords": "达摩院\n字幕 :1.875\nBulge Bracket :1.5"}
    assert standing.of(games, room.engine, room.model).state is standing.State.READY
    use.want_for(room)
    assert not Job.objects.exists()
    games.words.all().delete()
    assert use.live_options(room) == {}
    assert standing.of(games, room.engine, room.model).state is standing.State.EMPTY


def test_going_live_asks_three_short_questions(
    room: Room, ready: VocabularyCopy, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        assert use.live_options(room)


def test_a_room_without_a_vocabulary_asks_none(room: Room, django_assert_num_queries: Any) -> None:
    room.vocabulary = None
    with django_assert_num_queries(0):
        assert use.live_options(room) == {}


def begin(room: Room, broadcast: uuid.UUID | None = None) -> store.Taken:
    return store.begin(room.pk, BroadcastHello(broadcast=broadcast or uuid.uuid4(), **HELLO))
