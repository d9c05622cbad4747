from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from subtitles.models import (
    CaptionSession,
    Job,
    Recording,
    RecordingGap,
    RetiredLink,
    Room,
    Sentence,
    TokenBucket,
    Transcript,
    TranscriptionJob,
    Usage,
    User,
)

pytestmark = pytest.mark.django_db
JOBS = [Job, TranscriptionJob, Usage]
OURS = [Room, RetiredLink, CaptionSession, Recording, RecordingGap, Transcript, Sentence, User, *JOBS]
SHOWN_ONLY = [RetiredLink, CaptionSession, Recording, RecordingGap, Transcript, Sentence, TokenBucket, *JOBS]


@pytest.fixture
def as_ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


def fill(count: int) -> None:
    """One row of everything for each number below `count`."""
    for number in range(Room.objects.count(), count):
        owner = User.objects.create_user(f"owner-{number}")
        room = Room.objects.create(title=f"Room {number}", slug=f"room-{number}", owner=owner)
        session = CaptionSession.objects.create(room=room, title=f"Session {number}", language="en", state="ended")
        recording = Recording.objects.create(session=session, samples=16_000, sealed_at=timezone.now())
        RecordingGap.objects.create(recording=recording, at_samples=5, reason="pause")
        transcript = Transcript.objects.create(session=session, engine="preview", model="pocketsphinx-en-us")
        Sentence.objects.create(transcript=transcript, number=1, begin_ms=0, end_ms=900, text=f"What was said {number}")
        RetiredLink.objects.create(token_hash=f"{number:064}")
        job = Job.objects.create(kind="retranscribe", key=str(number), requested_by=owner)
        TranscriptionJob.objects.create(job=job, recording=recording, engine="e", model="m", transcript=transcript)
        Usage.objects.create(engine="e", task_id=str(number), session=session, job=job, user=owner)
        TokenBucket.objects.create(name=str(number))


def table(model: type[models.Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def row(model: type[models.Model]) -> str:
    entry = model._default_manager.order_by("-pk").first()
    assert entry
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[entry.pk])


def test_every_model_of_ours_is_there() -> None:
    assert [
        model for model in apps.get_app_config("subtitles").get_models() if not admin.site.is_registered(model)
    ] == []


@pytest.mark.parametrize("model", OURS)
def test_a_table_costs_the_same_for_three_rows_and_thirty(
    as_ada: Client, model: type[models.Model], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for number in (3, 30):
        fill(number)
        with django_assert_max_num_queries(15) as queries:
            assert as_ada.get(table(model)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", OURS)
def test_a_table_can_be_searched_and_filtered(as_ada: Client, model: type[models.Model]) -> None:
    fill(2)
    found = as_ada.get(table(model), {"q": "nothing like this"})
    assert found.status_code == 200
    assert admin.site.get_model_admin(model).list_filter
    assert admin.site.get_model_admin(model).search_fields


@pytest.mark.parametrize("model", OURS)
def test_a_row_can_be_read(as_ada: Client, model: type[models.Model]) -> None:
    fill(1)
    assert as_ada.get(row(model)).status_code == 200


@pytest.mark.parametrize("model", SHOWN_ONLY)
def test_what_the_live_path_writes_is_changed_and_deleted_by_nobody(as_ada: Client, model: type[models.Model]) -> None:
    fill(1)
    assert as_ada.post(row(model), {}).status_code == 403
    assert as_ada.post(row(model).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403


def test_what_was_said_can_be_read_in_the_table(as_ada: Client) -> None:
    fill(1)
    assert "What was said 0" in as_ada.get(table(Sentence)).content.decode()


def test_saving_a_room_leaves_alone_what_the_live_path_counts(as_ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(1)
    room = Room.objects.get()
    values = {
        "title": "Renamed",
        "slug": room.slug,
        "owner": room.owner_id,
        "language": "en",
        "engine": "preview",
        "model": "pocketsphinx-en-us",
        "options": "{}",
    }
    full_clean = Room.full_clean

    def meanwhile(self: Room, *args: object, **kwargs: object) -> None:
        Room.objects.update(seq=77)
        full_clean(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Room, "full_clean", meanwhile)
    assert as_ada.post(row(Room), values).status_code == 302
    room.refresh_from_db()
    assert (room.title, room.seq) == ("Renamed", 77)


def test_an_option_that_the_model_does_not_take_is_refused(as_ada: Client) -> None:
    fill(1)
    room = Room.objects.get()
    values = {"title": "x", "slug": room.slug, "owner": room.owner_id, "language": "en", "engine": "preview"}
    answer = as_ada.post(row(Room), {**values, "model": "pocketsphinx-en-us", "options": '{"itn": true}'})
    assert answer.status_code == 200
    assert "has no option" in answer.content.decode()


def test_a_table_does_not_open_to_others(client: Client) -> None:
    client.force_login(User.objects.create_user("charlie"))
    assert client.get(table(Sentence)).status_code == 302
