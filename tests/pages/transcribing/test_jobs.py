from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from subtitles.models import CaptionSession, Job, Room, Sentence, Transcript, TranscriptionJob, Usage, User
from subtitles.pages.transcribing import jobs as page_of_jobs
from subtitles.retranscribe import wishes
from tests.pages.transcribing.conftest import past

HTMX = {"HX-Request": "true"}


def asked(session: CaptionSession, model: str = "paraformer-v2", **state: Any) -> Job:
    job = wishes.transcribe_again(session.recording, "dashscope", model, "zh-CN").job
    Job.objects.filter(pk=job.pk).update(**state)
    job.refresh_from_db()
    return job


@pytest.fixture
def job(session: CaptionSession) -> Job:
    return asked(session)


def of(job: Job) -> CaptionSession:
    recording = job.transcription.recording
    assert recording
    return recording.session


def page(client: Client, job: Job) -> str:
    return client.get(reverse("job", args=[job.pk])).content.decode()


def listed(client: Client, **chosen: str | int) -> str:
    return client.get(reverse("jobs"), chosen).content.decode()


def test_a_job_tells_its_step_and_percent_and_asks_again_until_it_is_over(as_alice: Client, job: Job) -> None:
    Job.objects.update(state="waiting", step="recognising", percent=40)
    shown = page(as_alice, job)
    for words in ("Listening and writing, 40 %", '<progress max="100" value="40"', "every 2s"):
        assert words in shown
    address = reverse("job", args=[job.pk])
    assert as_alice.get(address, headers=HTMX).status_code == 200
    Job.objects.update(state="done", percent=100)
    last = as_alice.get(address, headers=HTMX)
    assert (last.status_code, "every 2s" in page(as_alice, job)) == (286, False)
    assert page_of_jobs.OVER_EVENT in last.headers["HX-Trigger"]
    assert "<html" not in last.content.decode()


def test_the_list_stops_asking_when_all_are_over(as_alice: Client, session: CaptionSession) -> None:
    asked(session, state="done")
    second = asked(session, "fun-asr")
    assert as_alice.get(reverse("jobs"), headers=HTMX).status_code == 200
    Job.objects.filter(pk=second.pk).update(state="failed")
    assert as_alice.get(reverse("jobs"), headers=HTMX).status_code == 286


def test_jobs_are_filtered_by_state_model_room_and_session(as_alice: Client, room: Room, alice: User) -> None:
    first = asked(past(room, "First"), state="done")
    other = Room.objects.create(title="Other", slug="other", owner=alice)
    asked(past(other, "Second"), "fun-asr")
    for chosen in ({"state": "done"}, {"model": "paraformer-v2"}, {"room": room.slug}):
        found = listed(as_alice, **chosen)
        assert ("First" in found, "Second" in found) == (True, False)
    assert "Second" not in listed(as_alice, session=of(first).pk)
    for wrong in ("x", "9" * 30):
        assert "No job is like that" in listed(as_alice, session=wrong)


def test_a_long_list_costs_no_more_questions(
    as_alice: Client, room: Room, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        asked(past(room, f"Session {number}"))
    with django_assert_max_num_queries(9):
        assert "Session 4" in listed(as_alice)


def test_jobs_of_other_peoples_rooms_are_not_there(as_charlie: Client, as_ada: Client, job: Job) -> None:
    assert "Budget" not in listed(as_charlie)
    assert as_charlie.get(reverse("job", args=[job.pk])).status_code == 404
    assert as_charlie.post(reverse("job-cancel", args=[job.pk])).status_code == 404
    assert "Budget" in listed(as_ada)


def test_a_moderator_looks_and_does_not_decide(as_bob: Client, job: Job) -> None:
    assert "Cancel" not in page(as_bob, job)
    assert as_bob.post(reverse("job-cancel", args=[job.pk])).status_code == 403


def test_work_of_another_kind_is_shown_plainly(as_alice: Client, as_charlie: Client, session: CaptionSession) -> None:
    payload = {"recording": session.recording.pk, "session": session.pk}
    other = Job.objects.create(kind="encode", key=str(session.recording.pk), payload=payload, step="odd", percent=3)
    found = listed(as_alice)
    assert ("Packing a recording" in found, session.title in found) == (True, True)
    own = page(as_alice, other)
    assert ("3 %" in own, "What it costs" in own, "Cancel" in own) == (True, False, False)
    assert as_charlie.get(reverse("job", args=[other.pk])).status_code == 404


def test_work_that_somebody_asked_for_is_theirs(as_charlie: Client, charlie: User) -> None:
    job = Job.objects.create(kind="ingest", key="1", requested_by=charlie)
    assert "Reading an uploaded file" in listed(as_charlie)
    as_charlie.post(reverse("job-cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.cancel_asked


def test_cancelling_is_asked_for_once(as_alice: Client, job: Job) -> None:
    as_alice.post(reverse("job-cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.cancel_asked
    assert "Being cancelled" in page(as_alice, job)
    Job.objects.update(state="done")
    over = as_alice.post(reverse("job-cancel", args=[job.pk]), follow=True)
    assert "nothing to cancel" in over.content.decode()


def test_an_uncertain_job_asks_in_words_with_three_ways_out(as_alice: Client, job: Job) -> None:
    Job.objects.update(state="uncertain", error_kind="uncertain", error_key="uncertain")
    shown = page(as_alice, job)
    for words in ("Nobody knows whether", "Costs nothing", "may be billed twice", "Gives up"):
        assert words in shown
    as_alice.post(reverse("job-look-again", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == "waiting"
    late = as_alice.post(reverse("job-look-again", args=[job.pk]), follow=True)
    assert "decided about it already" in late.content.decode()


def test_paying_again_is_confirmed_on_a_page_with_the_price(as_alice: Client, job: Job) -> None:
    Job.objects.update(state="uncertain", error_kind="uncertain", error_key="uncertain")
    TranscriptionJob.objects.update(region="cn-beijing")
    address = reverse("job-pay-again", args=[job.pk])
    shown = as_alice.get(address).content.decode()
    assert "billed twice" in shown
    assert "0.0048 CNY" in shown
    job.refresh_from_db()
    assert job.state == "uncertain"
    as_alice.post(address)
    job.refresh_from_db()
    assert job.state == "prepared"
    assert as_alice.get(address).status_code == 302


@pytest.mark.parametrize("model", ["qwen3-asr-flash", "qwen3-asr-flash-filetrans"])
def test_a_model_that_leaves_no_trace_at_the_service_cannot_be_looked_up(
    as_alice: Client, session: CaptionSession, model: str
) -> None:
    job = asked(session, model, state="uncertain", error_key="uncertain")
    assert reverse("job-look-again", args=[job.pk]) not in page(as_alice, job)
    assert "Not for this model" in page(as_alice, job)


def test_what_failed_can_be_asked_for_again_as_a_new_job(as_alice: Client, job: Job) -> None:
    Job.objects.update(state="failed", error_kind="quota", error_key="Arrearage", error_message="Pay first.")
    assert "overdue bill" in page(as_alice, job)
    answer = as_alice.post(reverse("job-once-more", args=[job.pk]))
    new = Job.objects.latest("pk")
    assert answer.headers["Location"] == reverse("job", args=[new.pk])
    assert (new.pk != job.pk, new.transcription.model, new.transcription.language) == (True, "paraformer-v2", "zh-CN")


def test_a_job_says_what_was_asked_for(as_alice: Client, session: CaptionSession) -> None:
    options = {"diarization": True, "language_hints": ["zh", "en"]}
    job = wishes.transcribe_again(session.recording, "dashscope", "paraformer-v2", "", options).job
    shown = page(as_alice, job)
    for part in ("Let the model find out", "Tell speakers apart", "Chinese (Mandarin), English"):
        assert part in shown


def test_a_job_that_is_open_is_not_repeated(as_alice: Client, job: Job) -> None:
    as_alice.post(reverse("job-once-more", args=[job.pk]))
    assert Job.objects.count() == 1


def test_the_bill_says_what_is_known_and_what_is_not(as_alice: Client, job: Job) -> None:
    Usage.objects.create(
        engine="dashscope", task_id="1", job=job, seconds=12.5, amount=Decimal("0.001"), currency="CNY"
    )
    Usage.objects.create(engine="dashscope", task_id="2", job=job)
    shown = page(as_alice, job)
    assert ("12.5 s" in shown, "0.0010 CNY" in shown, shown.count("not known")) == (True, True, 2)


def finished(job: Job, **sentence: Any) -> Transcript:
    transcript = Transcript.objects.create(session=of(job), kind="batch", engine="dashscope")
    fields = {"number": 1, "begin_ms": 0, "end_ms": 4720, "text": "Hello world, 这里。", **sentence}
    Sentence.objects.create(transcript=transcript, **fields)
    TranscriptionJob.objects.update(transcript=transcript)
    Job.objects.update(state="done")
    return transcript


def test_the_result_shows_words_speaker_mood_and_sounds(as_alice: Client, job: Job) -> None:
    words = [[0, 472, "Hello ", ""], [472, 944, "world", ", "], [944, 4720, "这里", "。"]]
    finished(job, words=words, speaker="1", emotion="happy", events=["BGM", "Explosion"], channel=1, language="zh")
    shown = as_alice.get(reverse("job-result", args=[job.pk])).content.decode()
    for part in (
        '<span class="word" data-begin="0" data-end="472" title="0.00–0.47 s">Hello</span>',
        'title="0.47–0.94 s"> world,</span>',
        "Speaker 1",
        "Channel 1",
        'data-emotion="happy"',
        "music",
        "Explosion",
        'lang="zh"',
    ):
        assert part in shown


def test_words_that_are_not_the_texts_leave_the_text_as_it_is(as_alice: Client, job: Job) -> None:
    finished(job, text="Edited & other", words=[[0, 472, "Hello", "."]])
    shown = as_alice.get(reverse("job-result", args=[job.pk])).content.decode()
    assert "Edited &amp; other" in shown
    assert 'class="word"' not in shown


def test_a_result_that_is_not_ready_is_not_shown(as_alice: Client, job: Job) -> None:
    transcript = finished(job)
    Transcript.objects.filter(pk=transcript.pk).update(ready=False)
    assert "no result yet" in as_alice.get(reverse("job-result", args=[job.pk])).content.decode()


def test_the_session_page_has_its_jobs_and_the_way_to_more(as_alice: Client, as_bob: Client, job: Job) -> None:
    session = of(job)
    address = reverse("session", args=[session.room.slug, session.pk])
    shown = as_alice.get(address).content.decode()
    assert f"{reverse('jobs')}?session={session.pk}" in shown
    assert reverse("job", args=[job.pk]) in shown
    again = reverse("transcribe-again", args=[session.room.slug, session.pk])
    assert again in shown
    assert again not in as_bob.get(address).content.decode()


def test_usage_is_summed_by_month_and_model_with_the_unknown_apart(as_alice: Client, session: CaptionSession) -> None:
    for number, seconds in enumerate((1800.0, 1800.0, None)):
        amount = None if seconds is None else Decimal("0.144")
        Usage.objects.create(
            engine="dashscope",
            model="paraformer-v2",
            task_id=str(number),
            session=session,
            seconds=seconds,
            amount=amount,
            currency="CNY" if amount else "",
        )
    shown = as_alice.get(reverse("usage")).content.decode()
    for words in ("Paraformer v2", "1:00:00", "0.2880 CNY", "1 task not known"):
        assert words in shown


def test_other_peoples_usage_is_not_shown(as_charlie: Client, session: CaptionSession) -> None:
    Usage.objects.create(engine="dashscope", model="paraformer-v2", task_id="1", session=session, seconds=1)
    assert "Nothing was billed yet" in as_charlie.get(reverse("usage")).content.decode()
