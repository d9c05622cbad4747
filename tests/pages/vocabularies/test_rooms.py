from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from subtitles.models import CaptionSession, Job, Room, Transcript, User, Vocabulary, VocabularyCopy
from subtitles.vocabularies import copies, use
from subtitles.vocabularies.words import fingerprint
from tests.pages.vocabularies.conftest import HTMX

V2 = {
    "title": "Evening show",
    "language": "zh-CN",
    "engine": "dashscope",
    "model": "paraformer-realtime-v2",
    "drawn": "dashscope/paraformer-realtime-v2",
    "option_punctuation": "on",
    "option_itn": "on",
    "option_heartbeat": "on",
}


def studio(client: Client, room: Room) -> str:
    return client.get(reverse("studio", args=[room.slug])).content.decode()


def test_choosing_a_vocabulary_has_it_sent_at_once(
    as_alice: Client, room: Room, games: Vocabulary, keyed: None
) -> None:
    answer = as_alice.post(reverse("room-settings", args=[room.slug]), {**V2, "vocabulary": str(games.pk)})
    assert answer.status_code == 302
    room.refresh_from_db()
    assert room.vocabulary == games
    assert VocabularyCopy.objects.get().target_model == "paraformer-realtime-v2"
    assert Job.objects.get().state == "queued"


def test_another_model_needs_another_list(as_alice: Client, using: Room, games: Vocabulary, keyed: None) -> None:
    fun = {**V2, "model": "fun-asr-realtime", "drawn": "dashscope/fun-asr-realtime", "vocabulary": str(games.pk)}
    as_alice.post(reverse("room-settings", args=[using.slug]), fun)
    assert VocabularyCopy.objects.filter(target_model="fun-asr-realtime").exists()


def test_only_the_owners_vocabularies_are_offered(
    as_alice: Client, as_ada: Client, room: Room, games: Vocabulary, bob: User
) -> None:
    theirs = Vocabulary.objects.create(name="Theirs", owner=bob)
    address = reverse("room-settings", args=[room.slug])
    for client in (as_alice, as_ada):
        page = client.get(address).content.decode()
        assert f'<option value="{games.pk}">Games</option>' in page
        assert "Theirs" not in page
    answer = as_alice.post(address, {**V2, "vocabulary": str(theirs.pk)})
    assert answer.status_code == 422
    room.refresh_from_db()
    assert room.vocabulary is None


def test_an_engine_without_hot_words_says_so_and_forgets_no_choice(
    as_alice: Client, using: Room, games: Vocabulary
) -> None:
    asked = {"engine": "preview", "model": "pocketsphinx-en-us", "drawn": "x", "vocabulary": str(games.pk)}
    page = as_alice.get(reverse("room-settings", args=[using.slug]), asked, headers=HTMX).content.decode()
    assert "This model takes no hot words" in page
    assert f'<option value="{games.pk}" selected>Games</option>' in page


def test_the_studio_says_that_the_words_are_on_their_way_and_asks_for_them(
    as_alice: Client, using: Room, keyed: None
) -> None:
    assert "on its way to the service" in studio(as_alice, using)
    assert Job.objects.count() == 1
    assert "on its way to the service" in studio(as_alice, using)
    assert Job.objects.count() == 1


def test_the_studio_is_silent_about_words_that_are_ready(
    as_alice: Client, using: Room, games: Vocabulary, keyed: None
) -> None:
    ready(using)
    assert "vocabulary" not in notes(studio(as_alice, using))


def test_the_studio_says_what_went_wrong(as_alice: Client, using: Room, keyed: None) -> None:
    use.want_for(using)
    Job.objects.update(state="failed", error_kind="key", error_key="InvalidApiKey")
    page = studio(as_alice, using)
    assert "could not be sent" in page
    assert "refuses the key" in page


def test_the_studio_says_that_a_session_runs_without_the_words(
    as_alice: Client, using: Room, games: Vocabulary, keyed: None
) -> None:
    session = CaptionSession.objects.create(room=using, title="t", state="live")
    transcript = Transcript.objects.create(session=session, engine=using.engine, model=using.model)
    ready(using)
    assert "began without the vocabulary" in studio(as_alice, using)
    Transcript.objects.filter(pk=transcript.pk).update(options=use.live_options(using))
    assert "began without the vocabulary" not in studio(as_alice, using)


@pytest.mark.parametrize(
    ("engine", "model", "words"),
    [("preview", "pocketsphinx-en-us", "takes no hot words"), ("dashscope", "paraformer-realtime-v1", "on its way")],
)
def test_every_model_has_its_sentence(
    as_alice: Client, using: Room, keyed: None, engine: str, model: str, words: str
) -> None:
    Room.objects.update(engine=engine, model=model)
    assert words in studio(as_alice, using)


def notes(page: str) -> str:
    return "".join(part for part in page.split("<p ") if part.startswith('class="note'))


def ready(room: Room) -> None:
    use.want_for(room)
    copy = VocabularyCopy.objects.get()
    copies.was_sent(copy.pk, "vocab-1", fingerprint(copies.words_of(room.vocabulary_id)))
    copies.became_ready(copy.pk)
