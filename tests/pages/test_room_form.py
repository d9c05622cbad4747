from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from subtitles.models import Room
from subtitles.pages.room_form import RoomForm

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
HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(room: Room) -> str:
    return reverse("room-settings", args=[room.slug])


def fields(page: str) -> set[str]:
    return set(re.findall(r'name="(option_\w+)"', page))


def test_a_model_without_options_says_so(as_alice: Client, address: str) -> None:
    page = as_alice.get(address).content.decode()
    assert not fields(page)
    assert "no options" in page


def test_choosing_an_engine_redraws_models_and_options_as_a_fragment(as_alice: Client, address: str) -> None:
    fragment = as_alice.get(
        address,
        {"engine": "dashscope", "model": "pocketsphinx-en-us", "drawn": "preview/x", "title": "Kept"},
        headers=HTMX,
    ).content.decode()
    assert "<html" not in fragment
    assert 'value="paraformer-realtime-v2" selected' in fragment
    assert "option_max_sentence_silence_ms" in fields(fragment)
    assert 'value="dashscope/paraformer-realtime-v2"' in fragment


def test_without_scripts_a_button_redraws_and_saves_nothing(as_alice: Client, address: str, room: Room) -> None:
    answer = as_alice.post(address, {**V2, "title": "Other", "drawn": "preview/pocketsphinx-en-us", "redraw": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" in page
    assert 'value="Other"' in page
    assert fields(page)
    room.refresh_from_db()
    assert room.title == "Evening show"


def test_options_that_were_never_shown_are_shown_before_they_are_saved(
    as_alice: Client, address: str, room: Room
) -> None:
    answer = as_alice.post(address, {**V2, "drawn": "preview/pocketsphinx-en-us"})
    assert answer.status_code == 200
    assert fields(answer.content.decode())
    room.refresh_from_db()
    assert room.engine == "preview"


def test_what_was_entered_survives_a_change_of_model(as_alice: Client, address: str) -> None:
    entered = {**V2, "model": "fun-asr-realtime", "option_max_sentence_silence_ms": "450"}
    fragment = as_alice.get(address, entered, headers=HTMX).content.decode()
    assert re.search(r'name="option_max_sentence_silence_ms" value="450"', fragment)


def test_only_what_differs_from_the_usual_is_kept(as_alice: Client, address: str, room: Room) -> None:
    entered = {**V2, "option_max_sentence_silence_ms": "450", "option_language_hints": ["zh", "en"]}
    del entered["option_itn"]
    assert as_alice.post(address, entered)["Location"] == address
    room.refresh_from_db()
    assert room.options == {"max_sentence_silence_ms": 450, "language_hints": ["zh", "en"], "itn": False}
    page = as_alice.get(address).content.decode()
    assert 'value="450"' in page
    assert not re.search(r'name="option_itn"[^>]*checked', page)
    assert re.search(r'name="option_punctuation"[^>]*checked', page)


def test_saving_leaves_alone_what_the_live_path_counts(room: Room) -> None:
    stale = Room.objects.get(pk=room.pk)
    Room.objects.filter(pk=room.pk).update(seq=77)
    form = RoomForm(stale, QueryDict(urlencode(V2)))
    assert form.is_valid(), form.errors
    form.save()
    room.refresh_from_db()
    assert (room.seq, room.model) == (77, "paraformer-realtime-v2")


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"option_max_sentence_silence_ms": "199"}, "between 200"),
        ({"option_max_sentence_silence_ms": "six"}, "whole number"),
        ({"option_language_hints": ["xx"]}, "xx"),
        ({"option_vocabulary_id": "v" * 500}, "128"),
        ({"model": "pocketsphinx-en-us", "drawn": "dashscope/paraformer-realtime-v2"}, "Select a valid choice"),
        ({"engine": "nobody", "drawn": ""}, "Select a valid choice"),
        ({"language": "<script>"}, "Select a valid choice"),
    ],
)
def test_a_wrong_value_is_refused_in_words_and_nothing_is_saved(
    as_alice: Client, address: str, room: Room, entered: dict[str, str], words: str
) -> None:
    answer = as_alice.post(address, {**V2, **entered})
    assert answer.status_code == 422
    assert words in answer.content.decode().replace("&lt;", "<")
    assert "<script>" not in answer.content.decode().replace('<script src="/static', "")
    room.refresh_from_db()
    assert (room.engine, room.options) == ("preview", {})


def test_a_language_that_the_model_does_not_name_warns_and_is_saved(as_alice: Client, address: str, room: Room) -> None:
    warned = as_alice.get(address, {**V2, "language": "el"}, headers=HTMX).content.decode()
    assert "Greek" in warned
    page = as_alice.post(address, {**V2, "language": "el"}, follow=True).content.decode()
    assert "not documented to understand Greek" in page
    room.refresh_from_db()
    assert room.language == "el"


def test_a_language_that_is_not_in_the_list_stays_what_it_was(as_alice: Client, address: str, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(language="cy")
    assert 'value="cy" selected' in as_alice.get(address).content.decode()


def test_an_engine_without_its_key_says_so(as_alice: Client, address: str) -> None:
    page = as_alice.get(address).content.decode()
    assert "(Alibaba Cloud Model Studio) – not ready here" in page
    fragment = as_alice.get(address, V2, headers=HTMX).content.decode()
    assert "no key: set DASHSCOPE_API_KEY" in fragment


def test_the_form_speaks_chinese(as_alice: Client, address: str) -> None:
    page = as_alice.get(address, V2, headers={**HTMX, "Accept-Language": "zh-CN"}).content.decode()
    for words in ("断句静音时长", "取值范围 200 到 6000", "中文（粤语）", "Paraformer 实时版 v2（推荐）"):
        assert words in page


def test_the_token_against_forgery_never_enters_an_address(as_alice: Client, address: str) -> None:
    assert 'hx-params="not csrfmiddlewaretoken"' in as_alice.get(address).content.decode()
