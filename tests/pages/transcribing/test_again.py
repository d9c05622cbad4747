from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from subtitles.engines import catalog
from subtitles.models import CaptionSession, HotWord, Job, Room, TranscriptionJob, Usage, User, Vocabulary
from tests.pages.transcribing.conftest import past, text

FUN, PARAFORMER = "dashscope/fun-asr", "dashscope/paraformer-v2"
FLASH, OMNI = "dashscope/fun-asr-flash-2026-06-15", "dashscope/qwen3-omni-flash"
PREVIEW = {"class": "subtitles.engines.local.pocketsphinx_batch.PreviewBatchEngine"}


def wish(model: str = PARAFORMER, **more: Any) -> dict[str, Any]:
    return {"language": "zh-CN", "scene": "", "model": model, "drawn": model, "advised": PARAFORMER, **more}


def picked(page: str) -> str:
    found = re.search(r'<option value="(\w+/[^"]+)" selected', page)
    assert found
    return found[1]


def price(page: str) -> str:
    found = re.search(r'<p class="sum">([^<]*)</p>', page)
    assert found
    return found[1]


def kept() -> TranscriptionJob:
    return TranscriptionJob.objects.get()


def test_language_and_scene_lead_to_a_model_with_the_documents_own_reason(as_alice: Client, address: str) -> None:
    page = text(as_alice, address, language="zh-CN", scene="meeting")
    row = catalog.recommend("zh-CN", "meeting")[0]
    assert picked(page) == FUN
    assert row.reason.split(";")[0] in page
    assert row.document.title in page
    assert picked(text(as_alice, address, language="zh-CN", scene="telephone")) == "dashscope/paraformer-8k-v2"


def test_a_model_chosen_by_hand_stays_when_the_scene_changes(as_alice: Client, address: str) -> None:
    by_hand = text(as_alice, address, **wish(OMNI, scene="meeting"))
    assert picked(by_hand) == OMNI
    followed = text(as_alice, address, **wish(PARAFORMER, scene="meeting"))
    assert picked(followed) == FUN


def test_where_nothing_is_recommended_it_begins_with_a_model_that_works(
    as_alice: Client, address: str, session: CaptionSession, settings: Any
) -> None:
    settings.BATCH_ENGINES = {"preview": PREVIEW, **settings.BATCH_ENGINES}
    session.language = "he"
    session.save()
    page = text(as_alice, address)
    assert "recommended" not in page
    assert picked(page) == FUN


def test_every_model_for_recordings_is_offered_with_its_options(as_alice: Client, address: str) -> None:
    models = catalog.models_of("dashscope", realtime=False)
    assert len(models) >= 15
    for model in models:
        page = text(as_alice, address, **wish(f"dashscope/{model.name}", advised=""))
        assert picked(page) == f"dashscope/{model.name}"
        drawn = set(re.findall(r'name="option_(\w+)"', page))
        assert drawn == {option.name for option in model.options} - {"channels"}
        assert page.count("<option value=") >= len(models)
    assert "SenseVoice v1 (will be withdrawn)" in page


def test_the_estimate_is_length_times_price(as_alice: Client, address: str) -> None:
    assert price(text(as_alice, address, **wish(FUN))) == "At most about 0.0132 CNY"
    assert price(text(as_alice, address, **wish(OMNI))) == "The price is not known."


def test_the_free_allowance_is_named_with_what_is_booked(as_alice: Client, address: str) -> None:
    Usage.objects.create(engine="dashscope", model="paraformer-v2", task_id="t", seconds=1800)
    assert "gives away 10 hours of this model a month; 0.50 are booked" in text(as_alice, address, **wish())


def test_two_channels_cost_twice(as_alice: Client, room: Room) -> None:
    stereo = reverse("transcribe-again", args=[room.slug, past(room, channels=2).pk])
    page = text(as_alice, stereo, **wish(option_channels=["0", "1"]))
    assert re.findall(r'name="option_channels" value="(\d)"', page) == ["0", "1"]
    assert price(page) == "At most about 0.0096 CNY"
    assert "2 channels" in page


def test_a_wish_becomes_a_job_with_its_options(as_alice: Client, alice: User, address: str) -> None:
    more: dict[str, Any] = {
        "option_diarization": "on",
        "option_speaker_count": "3",
        "option_language_hints": ["zh", "en"],
    }
    answer = as_alice.post(address, wish(option_built_in_words="on", **more))
    job = kept()
    assert answer.headers["Location"] == reverse("job", args=[job.pk])
    assert (job.engine, job.model, job.language) == ("dashscope", "paraformer-v2", "zh-CN")
    assert job.options == {"diarization": True, "speaker_count": 3, "language_hints": ["zh", "en"]}
    assert job.job.requested_by == alice


def test_asking_twice_leads_to_the_same_job(as_alice: Client, address: str) -> None:
    first, second = (as_alice.post(address, wish(), follow=True) for _ in range(2))
    assert first.redirect_chain == second.redirect_chain
    assert "being transcribed already" in second.content.decode()
    assert Job.objects.count() == 1


def test_options_of_another_model_are_drawn_again_and_not_sent(as_alice: Client, address: str) -> None:
    answer = as_alice.post(address, wish(OMNI, drawn=PARAFORMER))
    assert answer.status_code == 200
    assert "option_prompt" in answer.content.decode()
    assert not Job.objects.exists()


def test_a_wrong_option_is_refused_at_its_field(as_alice: Client, address: str) -> None:
    answer = as_alice.post(address, wish(option_diarization="on", option_speaker_count="500"))
    assert answer.status_code == 422
    assert "must be between 2 and 100" in answer.content.decode()
    assert not Job.objects.exists()


def test_an_unknown_language_warns_and_keeps_nobody_from_it(as_alice: Client, address: str) -> None:
    assert "is not documented to understand Greek" in text(as_alice, address, **wish(language="el", advised=""))
    assert as_alice.post(address, wish(language="el", advised="")).status_code == 302


def test_an_option_that_does_nothing_is_not_sent_and_said(as_alice: Client, address: str) -> None:
    wished = wish(option_speaker_count="3", option_built_in_words="on")
    assert "has no effect together with" in as_alice.post(address, wished, follow=True).content.decode()
    assert kept().options == {}


def test_without_a_key_it_says_how_to_get_on(as_alice: Client, address: str, settings: Any) -> None:
    engine = settings.BATCH_ENGINES["dashscope"]
    settings.BATCH_ENGINES = {"dashscope": {**engine, "options": {**engine["options"], "api_key": ""}}}
    page = text(as_alice, address)
    assert "Set DASHSCOPE_API_KEY" in page
    assert re.search(r"<button[^>]* disabled", page)
    assert as_alice.post(address, wish()).status_code == 422
    assert not Job.objects.exists()


def test_without_a_key_it_begins_with_what_works_and_names_what_the_documents_recommend(
    as_alice: Client, address: str, session: CaptionSession, settings: Any
) -> None:
    engine = settings.BATCH_ENGINES["dashscope"]
    keyless = {**engine, "options": {**engine["options"], "api_key": ""}}
    settings.BATCH_ENGINES = {"preview": PREVIEW, "dashscope": keyless}
    session.language = "en"
    session.save()
    page = text(as_alice, address)
    assert picked(page) == "preview/pocketsphinx-en-us"
    assert "The documents recommend “Paraformer v2”" in page


def test_a_session_on_air_and_one_without_sound_wait(as_alice: Client, address: str, session: CaptionSession) -> None:
    session.state = "live"
    session.save()
    assert "still live" in text(as_alice, address)
    session.state = "ended"
    session.save()
    session.recording.delete()
    assert "no sound" in text(as_alice, address)


def test_the_context_box_is_filled_from_vocabulary_title_and_live_text(
    as_alice: Client, alice: User, address: str, room: Room
) -> None:
    own = Vocabulary.objects.create(name="Council", owner=alice)
    HotWord.objects.create(vocabulary=own, text="预算案")
    room.vocabulary = own
    room.save()
    box = re.search(r"<textarea[^>]*>\n?([^<]*)</textarea>", text(as_alice, address, **wish(FLASH, drawn="")))
    assert box
    assert box[1].split() == ["预算案", "Budget,", "first", "reading", "记录在案。"]
    as_alice.post(address, wish(FLASH, vocabulary=str(own.pk), option_context=box[1].replace("\n", "\r\n")))
    assert (kept().vocabulary, kept().options) == (own, {})


def test_a_context_of_ones_own_is_kept_and_an_emptied_one_stays_empty(as_alice: Client, address: str) -> None:
    as_alice.post(address, wish(FLASH, option_context="Names: 市议会"))
    assert kept().options == {"context": "Names: 市议会"}
    Job.objects.all().delete()
    as_alice.post(address, wish(FLASH, option_context=""))
    assert kept().options == {"context": " "}
    assert as_alice.post(address, wish(FLASH, option_context="x" * 2001)).status_code == 422


def test_only_ones_own_vocabularies_are_offered(as_alice: Client, charlie: User, address: str) -> None:
    other = Vocabulary.objects.create(name="Not hers", owner=charlie)
    assert "Not hers" not in text(as_alice, address)
    assert as_alice.post(address, wish(vocabulary=str(other.pk))).status_code == 422


@pytest.mark.parametrize(("model", "takes"), [(PARAFORMER, True), (FLASH, True), (OMNI, False)])
def test_a_vocabulary_is_offered_only_where_something_carries_its_words(
    as_alice: Client, address: str, model: str, takes: bool
) -> None:
    assert ('name="vocabulary"' in text(as_alice, address, **wish(model))) is takes


@pytest.mark.parametrize("number", ["x", "²", "9" * 23, "9" * 5_000])
def test_a_vocabulary_that_cannot_be_is_none(as_alice: Client, address: str, number: str) -> None:
    text(as_alice, address, vocabulary=number)


def test_htmx_gets_the_fields_alone(as_alice: Client, address: str) -> None:
    page = as_alice.post(address, wish(redraw="1"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "option_diarization" in page


def test_who_may_not_change_the_room_may_not_spend_its_money(as_bob: Client, as_charlie: Client, address: str) -> None:
    assert as_bob.get(address).status_code == 403
    assert as_charlie.get(address).status_code == 404


def test_many_sessions_are_one_wish_each(as_alice: Client, room: Room, charlie: User) -> None:
    other = Room.objects.create(title="Other", slug="other", owner=charlie)
    own, foreign = [past(room), past(room)], past(other)
    named = [str(one.pk) for one in (*own, foreign)]
    page = as_alice.get(reverse("transcribe-many"), {"session": named}).content.decode()
    assert "1 session is left out" in page
    assert price(page) == "At most about 0.0096 CNY"
    answer = as_alice.post(reverse("transcribe-many"), wish(session=named))
    assert answer.headers["Location"] == reverse("jobs")
    assert {job.recording.session for job in TranscriptionJob.objects.all() if job.recording} == set(own)
    assert as_alice.get(reverse("transcribe-many"), {"session": str(foreign.pk)}).status_code == 404


@pytest.mark.parametrize("named", ["", "x", "9999999", "9" * 30, "٣"])
def test_sessions_that_are_not_there_are_not_found(as_alice: Client, named: str) -> None:
    assert as_alice.get(reverse("transcribe-many"), {"session": named}).status_code == 404
