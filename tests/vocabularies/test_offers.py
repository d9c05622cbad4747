from __future__ import annotations

from typing import Any

from subtitles.models import CaptionSession, Revision, Room, Sentence, Transcript, User
from subtitles.vocabularies.offers import Correction, Offer, corrections_of, offers


def test_a_word_that_was_corrected_twice_is_offered() -> None:
    found = offers(
        [
            Correction("we use pear former today", "We use Paraformer today."),
            Correction("para four is good", "Paraformer is good"),
            Correction("only wants", "only once"),
        ],
        known=[],
    )
    assert found == [Offer("Paraformer", 2, ("pear former", "para four"))]


def test_what_is_known_already_is_not_offered() -> None:
    twice = [Correction("the bull bracket", "the Bulge Bracket")] * 2
    assert offers(twice, known=["bulge bracket"]) == []
    assert [offer.text for offer in offers(twice, known=["字幕"])] == ["Bulge"]


def test_chinese_is_offered_in_whole_words() -> None:
    words = ("实时", "字幕", "很", "好")
    twice = [Correction("实时自幕很好", "实时字幕很好", words)] * 2
    assert offers(twice, known=[]) == [Offer("字幕", 2, ("自幕",))]


def test_a_single_character_that_is_no_word_is_not_offered() -> None:
    assert offers([Correction("他来了", "她来了", ("她", "来", "了"))] * 2, known=[]) == []


def test_several_differences_in_one_word_are_one_correction() -> None:
    twice = [Correction("说同义谦问", "说通义千问", ("说", "通义千问"))] * 2
    assert offers(twice, known=[]) == [Offer("通义千问", 2, ("同义谦问",))]


def test_a_run_of_characters_is_one_word() -> None:
    assert [offer.text for offer in offers([Correction("在同疫听", "在通义听")] * 2, known=[])] == ["通义"]


def test_case_punctuation_and_what_was_only_added_are_no_corrections() -> None:
    assert offers([Correction("openai is here", "OpenAI, is here now!")] * 3, known=[]) == []


def test_a_sentence_that_was_written_anew_is_no_word() -> None:
    anew = Correction("a b c d e f g h i j k", "one two three four five six seven eight nine ten eleven")
    assert offers([anew] * 2, known=[]) == []


def test_corrections_are_those_of_the_owners_rooms(db: Any, django_assert_num_queries: Any) -> None:
    alice, bob = (User.objects.create_user(name) for name in ("alice", "bob"))
    for owner in (alice, bob):
        room = Room.objects.create(title="Talk", slug=f"talk-{owner}", owner=owner)
        session = CaptionSession.objects.create(room=room, title="t", state="ended")
        edited = Transcript.objects.create(session=session, kind=Transcript.Kind.EDITED)
        sentence = Sentence.objects.create(
            transcript=edited, number=1, begin_ms=0, end_ms=1, text=f"it is {owner}", words=[[0, 1, str(owner), ""]]
        )
        for revision, text in enumerate(("it is all is", "it is alas", f"it is {owner}"), 1):
            Revision.objects.create(sentence=sentence, revision=revision, kept={"text": text})
    with django_assert_num_queries(1):
        assert list(corrections_of(alice)) == [Correction("it is all is", "it is alice", ("alice",))]
