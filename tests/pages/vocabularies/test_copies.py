from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from subtitles.models import Job, Room, User, Vocabulary, VocabularyCopy
from subtitles.vocabularies import accounts, copies, use
from subtitles.vocabularies.words import fingerprint
from tests.pages.vocabularies.conftest import HTMX

POLLS = 'hx-trigger="load delay:'


@pytest.fixture
def address(games: Vocabulary) -> str:
    return reverse("vocabulary-copies", args=[games.pk])


@pytest.fixture
def copy(using: Room, keyed: None) -> VocabularyCopy:
    """Asked for, and on its way."""
    use.want_for(using)
    return VocabularyCopy.objects.get()


def fragment(client: Client, address: str, **asked: str) -> str:
    return client.get(address, asked, headers=HTMX).content.decode()


def over(copy: VocabularyCopy, **fields: str) -> None:
    Job.objects.filter(key=str(copy.pk)).update(state="failed", **fields)
    copies.failed(copy.pk, fields.get("error_message", ""))


def test_a_list_on_its_way_is_looked_at_again_and_again_but_not_for_ever(
    as_alice: Client, address: str, copy: VocabularyCopy
) -> None:
    page = fragment(as_alice, address)
    assert "being sent" in page
    assert "Evening show" in page
    assert POLLS in page
    assert "looks=8" in fragment(as_alice, address, looks="7")
    page = fragment(as_alice, address, looks="60")
    assert POLLS not in page
    assert "Look again" in page


def test_what_is_ready_is_not_asked_about(
    as_alice: Client, address: str, copy: VocabularyCopy, games: Vocabulary
) -> None:
    copies.was_sent(copy.pk, "vocab-1", fingerprint(copies.words_of(games.pk)))
    copies.became_ready(copy.pk)
    page = fragment(as_alice, address)
    assert "state-ready" in page
    assert POLLS not in page


def test_what_is_ready_can_be_sent_again_since_the_service_may_have_lost_it(
    as_alice: Client, address: str, copy: VocabularyCopy, games: Vocabulary
) -> None:
    copies.was_sent(copy.pk, "vocab-1", fingerprint(copies.words_of(games.pk)))
    copies.became_ready(copy.pk)
    Job.objects.update(state="done")
    assert "Send again" in fragment(as_alice, address)
    page = as_alice.post(address, {"send": "dashscope/paraformer-realtime-v2"}, headers=HTMX).content.decode()
    assert "being sent" in page
    assert "Send again" not in page
    assert Job.objects.filter(state="queued").count() == 1


def test_words_for_a_model_on_this_machine_are_never_sent(
    as_alice: Client, address: str, using: Room, keyed: None
) -> None:
    Room.objects.update(engine="local", model="zipformer-offline")
    page = fragment(as_alice, address)
    assert "state-ready" in page
    assert "Send again" not in page


@pytest.mark.parametrize(
    ("kind", "key", "words"),
    [
        ("key", "InvalidApiKey", "refuses the key"),
        ("quota", "AccessDenied", "no right to this"),
        ("parameters", "InvalidParameter", "does not accept the words"),
        ("busy", "not-ready", "for ten minutes"),
        ("key", "other-account", "an account whose key is not set"),
        ("strange", "strange", "Something went wrong"),
    ],
)
def test_a_failure_says_why_and_can_be_tried_again(
    as_alice: Client, address: str, copy: VocabularyCopy, kind: str, key: str, words: str
) -> None:
    over(copy, error_kind=kind, error_key=key)
    page = fragment(as_alice, address)
    assert words in page
    assert "Try again" in page
    page = as_alice.post(address, {"send": "dashscope/paraformer-realtime-v2"}, headers=HTMX).content.decode()
    assert "being sent" in page
    assert Job.objects.filter(state="queued").count() == 1


def test_a_full_account_names_the_lists_that_no_room_uses(
    as_alice: Client, address: str, copy: VocabularyCopy, alice: User, bob: User
) -> None:
    over(copy, error_kind="quota", error_key="Throttling.AllocationQuota")
    assert "None of your lists here is unused" in fragment(as_alice, address)
    for owner in (alice, bob):
        old = Vocabulary.objects.create(name=f"Old words of {owner}", owner=owner)
        account = accounts.current("dashscope")
        assert account
        VocabularyCopy.objects.create(
            vocabulary=old, engine="dashscope", account=account.digest, target_model="fun-asr", remote_id="v",
            state="ready",
        )  # fmt: skip
    page = fragment(as_alice, address)
    assert "ten lists" in page
    assert "“Old words of alice” for Fun-ASR" in page
    assert "bob" not in page
    spare = VocabularyCopy.objects.get(vocabulary__owner=alice, target_model="fun-asr")
    as_alice.post(address, {"drop": str(spare.pk)}, headers=HTMX)
    spare.refresh_from_db()
    assert spare.state == "unwanted"


def test_what_is_left_of_a_deleted_vocabulary_can_be_deleted_by_anybody_who_needs_the_room(
    as_alice: Client, address: str, copy: VocabularyCopy
) -> None:
    over(copy, error_kind="quota", error_key="Throttling.AllocationQuota")
    left = VocabularyCopy.objects.create(
        engine="dashscope", account=copy.account, target_model="fun-asr", remote_id="v", state="unwanted"
    )
    assert "a deleted vocabulary, for Fun-ASR" in fragment(as_alice, address)
    as_alice.post(address, {"drop": str(left.pk)}, headers=HTMX)
    assert Job.objects.filter(key=str(left.pk), state="queued").exists()


@pytest.mark.parametrize("sent", [True, False])
def test_who_deletes_a_vocabulary_is_told_of_its_lists_if_there_are_any(
    as_alice: Client, games: Vocabulary, using: Room, keyed: None, sent: bool
) -> None:
    if sent:
        use.want_for(using)
    page = as_alice.post(reverse("vocabulary-delete", args=[games.pk]), follow=True).content.decode()
    assert "“Games” is deleted." in page
    assert ("waits for the next list" in page) is sent


def test_nobody_deletes_somebody_elses_list(
    as_alice: Client, address: str, copy: VocabularyCopy, bob: User, games: Vocabulary
) -> None:
    theirs = Vocabulary.objects.create(name="Theirs", owner=bob)
    VocabularyCopy.objects.filter(pk=copy.pk).update(vocabulary=theirs)
    as_alice.post(address, {"drop": str(copy.pk)})
    copy.refresh_from_db()
    assert copy.state == "wanted"


def test_without_a_key_nothing_is_sent_and_it_says_so(as_alice: Client, address: str, using: Room) -> None:
    use.want_for(using)
    assert "no key is set" in fragment(as_alice, address)
    assert not VocabularyCopy.objects.exists()


def test_without_scripts_the_buttons_lead_back_to_the_page(
    as_alice: Client, address: str, games: Vocabulary, copy: VocabularyCopy
) -> None:
    answer = as_alice.post(address, {"send": "dashscope/fun-asr"})
    assert answer["Location"] == reverse("vocabulary", args=[games.pk])
    assert VocabularyCopy.objects.filter(target_model="fun-asr").exists()
