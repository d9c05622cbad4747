from __future__ import annotations

import pytest
from django.test import Client

from subtitles.models import CaptionSession, HotWord, Room, Sentence, Transcript, User, Vocabulary

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    """She has a vocabulary with a word, and a room with a session with a sentence."""
    alice = User.objects.create_user("alice")
    HotWord.objects.create(vocabulary=Vocabulary.objects.create(name="Names", owner=alice), text="Daphne")
    room = Room.objects.create(title="Talks", slug="talks", owner=alice)
    session = CaptionSession.objects.create(room=room, title="Monday", language="en", state="ended")
    transcript = Transcript.objects.create(session=session, kind="live")
    Sentence.objects.create(transcript=transcript, number=1, begin_ms=0, end_ms=1, text="Hello")
    return alice


@pytest.fixture
def as_ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


@pytest.mark.parametrize(
    ("model", "gone"),
    [(Vocabulary, [HotWord]), (Room, [CaptionSession, Sentence]), (User, [Room, CaptionSession, Sentence])],
)
def test_what_hangs_on_a_row_goes_with_it(
    as_ada: Client, alice: User, model: type[User | Room | Vocabulary], gone: list[type[Sentence]]
) -> None:
    row = alice if model is User else model._default_manager.get()
    address = f"/admin/subtitles/{model._meta.model_name}/{row.pk}/delete/"
    assert "Are you sure" in as_ada.get(address).content.decode()
    assert as_ada.post(address, {"post": "yes"}).status_code == 302
    assert not model._default_manager.filter(pk=row.pk).exists()
    assert [kind._default_manager.count() for kind in gone] == [0] * len(gone)


@pytest.mark.parametrize("model", [Room, User])
def test_but_not_while_it_is_live(as_ada: Client, alice: User, model: type[User | Room]) -> None:
    CaptionSession.objects.update(state="live")
    row = alice if model is User else Room.objects.get()
    address = f"/admin/subtitles/{model._meta.model_name}/{row.pk}/delete/"
    assert "Monday" in as_ada.get(address).content.decode()
    assert as_ada.post(address, {"post": "yes"}).status_code == 200
    assert CaptionSession.objects.count() == 1


@pytest.mark.parametrize("options", ["null", "[]", "1", '"x"'])
def test_options_that_are_no_object_are_refused_in_words(as_ada: Client, alice: User, options: str) -> None:
    room = Room.objects.get()
    fields = {"title": "T", "slug": "t", "owner": alice.pk, "language": "en", "engine": "preview", "model": ""}
    page = as_ada.post(f"/admin/subtitles/room/{room.pk}/change/", {**fields, "options": options})
    assert page.status_code == 200
    assert "Options are an object" in page.content.decode()
