from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from subtitles.editing import published
from subtitles.editing.accepting import taken_over
from subtitles.editing.copying import copied
from subtitles.editing.transcripts import publish, visible
from subtitles.editing.writing import Change
from subtitles.models import Transcript, User
from subtitles.pages.editing import acceptance, compare
from tests.editing.talk import BATCH, LIVE, transcript_of
from tests.pages.editing.addresses import HTMX, change, of_session, shown

FIRST = {"a_sentences": "1:1", "b_sentences": "1:1", "ordinal": "1"}
"""The first row, as the page's form sends it."""


def the_page(client: Client, a: Transcript, b: Transcript, **more: str | int) -> str:
    return shown(client, of_session("compare", a.session), a=a.pk, b=b.pk, **more)


def accept(
    client: Client, a: Transcript, b: Transcript, asked: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Any:
    return client.post(of_session("compare-accept", a.session), {"a": a.pk, "b": b.pk, **asked}, headers=headers)


def test_differences_are_marked_and_said(as_bob: Client, live: Transcript, batch: Transcript) -> None:
    page = the_page(as_bob, live, batch)
    assert "only left: </span>men<" in page
    assert re.search(r'<ins><button name="change" value="\d+"><span class="hidden-words">Take: </span>man', page)
    assert "3 differences" in page
    assert "Words: 2 other, 0 only left, 3 only right" in page


def test_where_both_say_the_same_there_is_one_sentence_and_nothing_to_take(as_alice: Client, live: Transcript) -> None:
    same = transcript_of(live.session, LIVE, Transcript.Kind.BATCH)
    for other, only in ((same, ""), (live, ""), (same, "&only=1")):
        page = shown(as_alice, f"{of_session('compare', live.session)}?a={live.pk}&b={other.pk}{only}")
        assert "Both say the same: nothing to decide." in page
        for useless in ("Press a marked word", "Words: 0", "taking", "Take everything", "Nothing to show"):
            assert useless not in page


def test_where_only_punctuation_and_capitals_differ_they_are_taken_all_at_once(
    as_alice: Client, live: Transcript
) -> None:
    marked = tuple(f"{text.capitalize()}." for text in LIVE)
    other = transcript_of(live.session, marked, Transcript.Kind.BATCH)
    page = the_page(as_alice, live, other)
    assert "Only punctuation, capitals or the ends of sentences differ." in page
    assert "which is then the published one" in page
    assert "Press a marked word" not in page
    assert 'class="both same-words"' in page
    (asked,) = re.findall(r'<button name="(all)" value="(\d)"', page)
    accept(as_alice, live, other, dict([asked]))
    copy = published(live.session)
    assert copy is not None
    assert [row.text for row in visible(copy)] == list(marked)
    assert "Both say the same: nothing to decide." in the_page(as_alice, copy, other)


def test_only_the_differences_on_demand(as_alice: Client, live: Transcript, batch: Transcript) -> None:
    assert "cold hearted" in the_page(as_alice, live, batch)
    assert "cold hearted" not in the_page(as_alice, live, batch, only=1)


def test_a_page_of_many_rows_knows_the_number_of_each_difference(
    as_alice: Client, live: Transcript, batch: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "ROWS_ON_A_PAGE", 2)
    page = the_page(as_alice, live, batch, only=1, page=2)
    assert re.findall(r'data-difference="(\d+)"', page) == ["3"]
    assert "only=1&amp;page=1" in page


def test_the_first_word_accepted_makes_a_copy_and_publishes_it(
    as_alice: Client, live: Transcript, batch: Transcript
) -> None:
    answer = accept(as_alice, live, batch, {**FIRST, "change": "0", "only": "1"})
    copy = Transcript.objects.get(kind="edited")
    assert answer["Location"].endswith(f"/compare/?a={copy.pk}&b={batch.pk}&only=1#difference-1")
    assert published(live.session) == copy
    assert [row.text for row in visible(copy)] == ["he was not an ill disposed young man", *LIVE[1:]]
    assert [row.text for row in visible(live)] == list(LIVE)


def test_two_words_accepted_at_once_from_one_page_go_into_one_copy(
    as_alice: Client, live: Transcript, batch: Transcript
) -> None:
    """Neither request knew of the other's copy."""
    accept(as_alice, live, batch, FIRST)
    accept(as_alice, live, batch, {"a_sentences": "4:1", "b_sentences": "4:1", "ordinal": "2"})
    copy = Transcript.objects.get(kind="edited")
    assert [row.text for row in visible(copy)] == [BATCH[0], *LIVE[1:3], BATCH[3], LIVE[4]]


def correct_the_first(client: Client, live: Transcript, batch: Transcript, word: str = "") -> Transcript:
    """From the original, and long enough ago that asking again is no second click."""
    accept(client, live, batch, {**FIRST, "change": word} if word else FIRST)
    Transcript.objects.filter(kind="edited").update(created_at=timezone.now() - timedelta(minutes=1))
    return Transcript.objects.get(kind="edited")


def test_accepting_from_the_original_later_goes_on_in_its_published_copy(
    as_alice: Client, live: Transcript, batch: Transcript
) -> None:
    copy = correct_the_first(as_alice, live, batch)
    accept(as_alice, live, batch, {"a_sentences": "4:1", "b_sentences": "4:1", "ordinal": "2"})
    assert Transcript.objects.get(kind="edited") == published(live.session) == copy
    assert [row.text for row in visible(copy)] == [BATCH[0], *LIVE[1:3], BATCH[3], LIVE[4]]


def test_who_accepts_from_the_original_goes_on_in_a_published_copy_of_a_copy(
    as_alice: Client, alice: User, live: Transcript, batch: Transcript
) -> None:
    second = copied(correct_the_first(as_alice, live, batch), alice)
    publish(second)
    accept(as_alice, live, batch, {"a_sentences": "4:1", "b_sentences": "4:1", "ordinal": "2"})
    assert published(live.session) == second
    assert [row.text for row in visible(second)] == [BATCH[0], *LIVE[1:3], BATCH[3], LIVE[4]]


@pytest.mark.parametrize("asked", [{**FIRST, "only": "1"}, {"all": "1", "only": "1"}])
def test_what_was_corrected_in_the_copy_is_not_overwritten_by_who_saw_the_original(
    as_alice: Client, live: Transcript, batch: Transcript, asked: dict[str, str]
) -> None:
    copy = correct_the_first(as_alice, live, batch, word="0")
    texts = [row.text for row in visible(copy)]
    answer = accept(as_alice, live, batch, asked)
    assert f"?a={copy.pk}&b={batch.pk}&only=1" in answer["Location"]
    assert "The left side is now its corrected copy." in as_alice.get(answer["Location"]).content.decode()
    assert [row.text for row in visible(copy)] == texts


def test_the_original_says_that_its_corrections_go_on_in_the_published_copy(
    as_alice: Client, live: Transcript, batch: Transcript
) -> None:
    assert "which is then the published one" in the_page(as_alice, live, batch)
    copy = correct_the_first(as_alice, live, batch)
    page = the_page(as_alice, live, batch)
    assert "What was corrected there before stays." in page
    assert f'href="?a={copy.pk}&amp;b={batch.pk}"' in page
    assert "What was corrected there before stays." not in the_page(as_alice, copy, batch)


def test_with_htmx_only_the_row_is_drawn_again(as_alice: Client, copy: Transcript, batch: Transcript) -> None:
    answer = accept(as_alice, copy, batch, FIRST, HTMX)
    row = answer.content.decode()
    assert row.lstrip().startswith('<li class="row equal taken" id="difference-1"')
    assert "He was not an ill-disposed young man," in row
    assert "Taken" in row


def test_a_row_that_was_drawn_again_knows_which_page_it_is_on(
    as_alice: Client, copy: Transcript, batch: Transcript
) -> None:
    drawn = accept(as_alice, copy, batch, {**FIRST, "change": "0", "only": "1", "page": "2"}, HTMX).content.decode()
    assert '<input type="hidden" name="only" value="1">' in drawn
    assert '<input type="hidden" name="page" value="2">' in drawn


def test_what_was_taken_is_drawn_whatever_number_the_row_is_said_to_have(
    as_alice: Client, copy: Transcript, batch: Transcript
) -> None:
    answer = accept(as_alice, copy, batch, {**FIRST, "ordinal": "²"}, HTMX)
    assert '<li class="row equal taken"' in answer.content.decode()


def test_who_is_there_already_loads_the_page_again(as_alice: Client, copy: Transcript, batch: Transcript) -> None:
    """Going to the address that the page has would load nothing."""
    copy.sentences.filter(number=1).update(revision=2)
    there = f"{of_session('compare', copy.session)}?a={copy.pk}&b={batch.pk}"
    for more, header in (("", "HX-Refresh"), ("#difference-7", "HX-Refresh"), ("&only=1", "HX-Redirect")):
        answer = accept(as_alice, copy, batch, FIRST, {**HTMX, "HX-Current-URL": f"http://testserver{there}{more}"})
        assert header in answer
    assert answer["HX-Redirect"] == f"{there}#difference-1"


def test_everything_is_accepted_at_once(as_alice: Client, live: Transcript, batch: Transcript) -> None:
    page = as_alice.post(
        of_session("compare-accept", live.session), {"a": live.pk, "b": batch.pk, "all": "1"}, follow=True
    )
    copy = Transcript.objects.get(kind="edited")
    assert [row.text for row in visible(copy)] == list(BATCH)
    assert "5 sentences were changed." in page.content.decode()


def test_a_sentence_that_changed_meanwhile_is_not_overwritten(
    as_alice: Client, copy: Transcript, batch: Transcript
) -> None:
    copy.sentences.filter(number=1).update(text="theirs", revision=2)
    page = as_alice.post(
        of_session("compare-accept", copy.session),
        {"a": copy.pk, "b": batch.pk, "a_sentences": "1:1", "b_sentences": "1:1"},
        follow=True,
    )
    assert "Somebody changed this sentence meanwhile" in page.content.decode()
    assert copy.sentences.get(number=1).text == "theirs"


def test_a_sentence_that_is_taken_again_is_not_added_twice(
    as_alice: Client, copy: Transcript, batch: Transcript
) -> None:
    copy.sentences.filter(number=4).delete()
    for headers in ({}, HTMX, {}):
        answer = accept(as_alice, copy, batch, {"b_sentences": "4:1"}, headers)
    assert "This sentence is already there." in as_alice.get(answer["Location"]).content.decode()
    assert [row.text for row in visible(copy)] == [*LIVE[:3], BATCH[3], LIVE[4]]


def test_what_two_channels_said_at_once_is_added_for_both(
    as_alice: Client, copy: Transcript, batch: Transcript
) -> None:
    copy.sentences.filter(number=4).delete()
    again = batch.sentences.get(number=4)
    again.pk, again.number, again.channel = None, 6, 1
    again.save()
    for number in ("4:1", "6:1"):
        accept(as_alice, copy, batch, {"b_sentences": number})
    assert [row.channel for row in visible(copy) if row.text == BATCH[3]] == [None, 1]


def test_a_word_is_not_taken_from_a_sentence_that_changed_meanwhile(
    as_alice: Client, alice: User, copy: Transcript, batch: Transcript
) -> None:
    other = copied(batch, alice)
    change(as_alice, other, "text", sentences=[[1, 1]], text="He is not an ill-disposed young man,")
    answer = accept(as_alice, copy, other, {**FIRST, "change": "0"})
    assert "Somebody changed this sentence meanwhile" in as_alice.get(answer["Location"]).content.decode()
    assert [row.text for row in visible(copy)] == list(LIVE)


def test_everything_is_not_taken_into_what_changed_while_it_was_compared(
    as_alice: Client, copy: Transcript, batch: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.sentences.filter(number=4).delete()

    def overtaken(copy: Transcript, b: Transcript) -> list[Change]:
        wanted = taken_over(copy, b)
        accept(as_alice, copy, b, {"b_sentences": "4:1"})
        return wanted

    monkeypatch.setattr(acceptance, "taken_over", overtaken)
    accept(as_alice, copy, batch, {"all": "1"})
    assert [row.text for row in visible(copy)] == [*LIVE[:3], BATCH[3], LIVE[4]]


def test_a_sentence_that_the_right_side_lacks_is_taken_out(
    as_alice: Client, copy: Transcript, batch: Transcript
) -> None:
    batch.sentences.filter(number=2).delete()
    row = accept(as_alice, copy, batch, {"a_sentences": "2:1", "ordinal": "2"}, HTMX).content.decode()
    assert "Taken out." in row
    assert visible(copy).count() == 4


@pytest.mark.parametrize(
    "asked",
    [
        {"a_sentences": "x"},
        {"a_sentences": "1:1", "b_sentences": "1:1", "change": "77"},
        {"b_sentences": "-"},
        {"b_sentences": "9:1" * 30},
    ],
)
def test_nonsense_changes_nothing(as_alice: Client, copy: Transcript, batch: Transcript, asked: dict[str, str]) -> None:
    assert accept(as_alice, copy, batch, asked).status_code == 400
    assert accept(as_alice, batch, copy, asked).status_code == 400
    assert not copy.sentences.exclude(revision=1).exists()
    assert Transcript.objects.filter(kind="edited").count() == 1
    assert as_alice.get(of_session("compare", copy.session), {"a": "x", "b": str(batch.pk)}).status_code == 404


@pytest.mark.parametrize("number", ["", "x", "-1", "²", "٣", "9" * 5_000])
def test_what_is_no_number_of_a_transcript_is_not_there(as_alice: Client, live: Transcript, number: str) -> None:
    address = of_session("compare", live.session)
    assert as_alice.get(address, {"a": str(live.pk), "b": number}).status_code == 404
