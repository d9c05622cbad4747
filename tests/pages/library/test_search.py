from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from subtitles.models import CaptionSession, Room, Sentence, Transcript, User
from tests.pages.library.stock import HTMX, kept, transcript

SEARCH = "/library/search/"


def found(client: Client, words: str, **wanted: Any) -> list[str]:
    return [hit.sentence.text for hit in client.get(SEARCH, {"q": words, **wanted}).context["hits"]]


def test_one_finds_what_was_said_in_ones_rooms(
    as_alice: Client, as_bob: Client, as_charlie: Client, as_ada: Client, room: Room
) -> None:
    kept(room, said=["今天讨论预算", "The end"])
    for client in (as_alice, as_bob, as_ada):
        assert found(client, "预") == found(client, "讨论") == ["今天讨论预算"]
    assert found(as_charlie, "预") == []


def test_what_was_looked_for_is_marked_and_everything_else_is_text(as_alice: Client, room: Room) -> None:
    kept(room, said=["<b>budget</b> & <mark>co</mark>"])
    page = as_alice.get(SEARCH, {"q": "budg"}).content.decode()
    assert "&lt;b&gt;<mark>budget</mark>&lt;/b&gt; &amp; &lt;mark&gt;co" in page
    assert "<script>" not in as_alice.get(SEARCH, {"q": "<script>alert(1)</script>"}).content.decode()


def test_a_moment_is_found_once_in_the_text_that_counts(as_alice: Client, room: Room) -> None:
    session = kept(room, said=["live budget"])
    batch = transcript(session, ["batch budget"], "batch", model="paraformer-v2")
    transcript(session, ["unfinished budget"], "batch", ready=False)
    assert found(as_alice, "budget") == ["live budget"]
    assert found(as_alice, "budget", every="on") == ["batch budget", "live budget"]
    assert found(as_alice, "budget", every="on", model="paraformer-v2") == ["batch budget"]
    assert found(as_alice, "budget", model="paraformer-v2") == ["batch budget"]
    assert found(as_alice, "budget", kind="batch") == ["batch budget"]
    Transcript.objects.filter(pk=batch.pk).update(published=True)
    assert found(as_alice, "budget") == ["batch budget"]


def test_a_recording_without_a_live_text_is_found_by_its_newest(as_alice: Client, room: Room) -> None:
    session = kept(room)
    session.transcripts.all().delete()
    transcript(session, ["older words"], "batch")
    transcript(session, ["newer words"], "batch")
    assert found(as_alice, "words") == ["newer words"]


def test_it_can_be_narrowed_down(as_alice: Client, room: Room, alice: User) -> None:
    other = Room.objects.create(title="Other", slug="other", owner=alice)
    kept(room, said=["first budget"])
    kept(other, said=["second budget", "third budget"])
    Sentence.objects.filter(text__startswith="second").update(speaker="Ann")
    Sentence.objects.filter(text__startswith="third").update(hidden=True)
    for wanted in ({"room": other.pk}, {"speaker": "ann"}):
        assert found(as_alice, "budget", **wanted) == ["second budget"], wanted
    assert found(as_alice, "budget", since="2999-01-01") == []
    assert found(as_alice, "budget", until="2999-01-01", room="nonsense") == ["second budget", "first budget"]


def test_a_speaker_has_the_same_name_in_lists_and_files_and_is_found_by_it(as_alice: Client, room: Room) -> None:
    session = kept(room, said=["first budget", "second budget", "third budget", "last budget"])
    for number, name in ((1, "1"), (2, "11"), (3, "2.1"), (4, "Ann <b>")):
        Sentence.objects.filter(number=number).update(speaker=name)
    text = f"/rooms/{room.slug}/sessions/{session.pk}/transcripts/{session.transcripts.get().pk}/"
    for page in (as_alice.get(SEARCH, {"q": "budget"}), as_alice.get(text)):
        for name in (">Speaker 1<", ">Speaker 11<", ">Speaker 2.1<", ">Ann &lt;b&gt;<"):
            assert name in page.content.decode(), name
    assert b"<v 11>" in as_alice.get("/library/export/file/", {"session": session.pk}).content
    assert found(as_alice, "budget", speaker="speaker 1") == ["first budget"]
    assert found(as_alice, "budget", speaker="Speaker 2.1") == ["third budget"]
    assert found(as_alice, "budget", speaker="ann") == ["last budget"]


def test_a_language_finds_all_texts_of_its_sessions_whatever_their_models_call_it(as_alice: Client, room: Room) -> None:
    chinese = kept(room, said=["budget 预算"])
    kept(room, said=["the budget"])
    CaptionSession.objects.filter(pk=chinese.pk).update(language="zh-CN")
    Sentence.objects.filter(transcript__session=chinese).update(language="zh")
    assert found(as_alice, "budget", language="zh-CN") == ["budget 预算"]
    assert found(as_alice, "budget", language="en") == ["the budget"]


def test_a_correction_is_found_at_once(as_alice: Client, room: Room) -> None:
    kept(room, said=["wrong"])
    Sentence.objects.update(text="right")
    assert (found(as_alice, "wrong"), found(as_alice, "right")) == ([], ["right"])


def test_it_leads_to_the_sentence(as_alice: Client, as_charlie: Client, room: Room) -> None:
    session = kept(room, said=[f"number {n}" for n in range(1, 311)])
    sentence = Sentence.objects.get(number=305)
    answer = as_alice.get(f"/library/moments/{sentence.pk}/")
    where = urlsplit(answer["Location"])
    assert where.path == f"/rooms/{room.slug}/sessions/{session.pk}/"
    assert parse_qs(where.query) == {"page": ["2"], "t": ["610000"]}
    page = as_alice.get(answer["Location"]).content.decode()
    assert f'id="{where.fragment}"' in page
    assert "number 305" in page
    assert as_charlie.get(f"/library/moments/{sentence.pk}/").status_code == 404


def test_the_published_text_is_read_beside_the_player_and_any_other_by_itself(as_alice: Client, room: Room) -> None:
    session = kept(room, said=["live words"])
    batch = transcript(session, ["words"], "batch")
    Transcript.objects.filter(pk=batch.pk).update(published=True)
    live = session.transcripts.get(kind="live")
    pages = {
        one: as_alice.get(f"/library/moments/{one.sentences.get().pk}/")["Location"].partition("?")[0]
        for one in (live, batch)
    }
    own = f"/rooms/{room.slug}/sessions/{session.pk}/"
    assert pages == {live: f"{own}transcripts/{live.pk}/", batch: own}
    assert "live words" in as_alice.get(pages[live]).content.decode()


def test_a_sentence_of_another_transcript_is_read_there(as_alice: Client, room: Room) -> None:
    session = kept(room)
    batch = transcript(session, ["words"], "batch")
    answer = as_alice.get(f"/library/moments/{batch.sentences.get().pk}/")
    assert f"/transcripts/{batch.pk}/?" in answer["Location"]
    assert 'id="s1"' in as_alice.get(answer["Location"]).content.decode()


def test_older_hits_are_a_page_away(as_alice: Client, room: Room) -> None:
    kept(room, said=[f"again {n}" for n in range(60)])
    first = as_alice.get(SEARCH, {"q": "again", "speaker": ""})
    second = as_alice.get(SEARCH + first.context["more"])
    assert [len(answer.context["hits"]) for answer in (first, second)] == [50, 10]
    assert [hit.sentence.text for hit in second.context["hits"]] == [f"again {n}" for n in range(9, -1, -1)]
    assert second.context["more"] == ""


@pytest.mark.parametrize("words", ["", "   ", "!?", '" OR *', "a" * 5_000, "NEAR(", "%00", "\x00", "\ue000"])
def test_no_words_are_too_strange(as_alice: Client, room: Room, words: str) -> None:
    kept(room, said=["anything"])
    assert as_alice.get(SEARCH, {"q": words}, headers=HTMX).status_code == 200
    assert as_alice.get(SEARCH, {"q": words, "before": "²"}).status_code == 200
    assert as_alice.get(f"{SEARCH}?q=%ED%A0%80%FF").status_code == 200


def test_it_costs_the_same_for_one_hit_and_forty(
    as_alice: Client, room: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 40):
        kept(room, said=["word"] * count)
        # login session, user, languages, models, rooms (three times), nothing to catch up with, how much behind,
        # the index, the sentences
        with django_assert_num_queries(11):
            as_alice.get(SEARCH, {"q": "word"})
