from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from subtitles.editing import published
from subtitles.models import CaptionSession, Transcript
from tests.pages.editing.addresses import of, of_session, shown


def test_the_sessions_page_lists_its_transcripts_and_what_can_be_done(
    as_bob: Client, live: Transcript, batch: Transcript, copy: Transcript
) -> None:
    page = shown(as_bob, of_session("session", live.session))
    for words in (
        "Live: PocketSphinx, American English",
        f"Edited copy {copy.pk}",
        "Shown to people",
        "alice",
        "Edit a copy",
    ):
        assert words in page
    assert page.count("Shown to people") == 1
    assert f"?a={live.pk}&amp;b={batch.pk}" in page


def test_people_read_a_models_title_and_never_its_raw_name(
    as_alice: Client, live: Transcript, batch: Transcript
) -> None:
    session = live.session
    pages = (
        shown(as_alice, of_session("session", session)),
        shown(as_alice, of_session("compare", session), a=live.pk, b=batch.pk),
        shown(as_alice, of("transcript", batch)),
        shown(as_alice, reverse("studio", args=[session.room.slug])),
        shown(as_alice, reverse("library-search"), q="amiable"),
        shown(as_alice, reverse("library-export"), session=session.pk),
    )
    for page in pages:
        assert "PocketSphinx, American English" in page
        assert "pocketsphinx-en-us" not in re.sub(r'value="[^"]*"', "", page)


def test_a_transcript_is_read_without_what_is_hidden(as_alice: Client, batch: Transcript) -> None:
    batch.sentences.filter(number=2).update(hidden=True)
    page = shown(as_alice, of("transcript", batch))
    assert "ill-disposed young man" in page
    assert "cold-hearted" not in page


def test_editing_a_transcript_opens_a_copy(as_bob: Client, live: Transcript) -> None:
    answer = as_bob.post(of("transcript-copy", live))
    copy = Transcript.objects.get(kind="edited")
    assert answer["Location"] == of("editor", copy)
    assert (copy.base, copy.created_by) == (live, live.session.room.moderators.get())


def test_a_second_click_opens_the_same_copy(as_bob: Client, live: Transcript) -> None:
    first, second = (as_bob.post(of("transcript-copy", live))["Location"] for _ in range(2))
    assert first == second


def test_what_is_still_written_is_not_copied(as_alice: Client, live: Transcript) -> None:
    CaptionSession.objects.update(state="live")
    page = as_alice.post(of("transcript-copy", live), follow=True).content.decode()
    assert "still being written" in page
    assert not Transcript.objects.filter(kind="edited").exists()


def test_publishing_one_ends_the_others(as_alice: Client, live: Transcript, batch: Transcript) -> None:
    for transcript in (batch, live):
        as_alice.post(of("transcript-publish", transcript))
        assert published(live.session) == transcript


def test_strangers_find_nothing(as_charlie: Client, copy: Transcript) -> None:
    for name in ("transcript", "editor", "editor-words", "editor-find"):
        assert as_charlie.get(of(name, copy)).status_code == 404
    for name in ("transcript-copy", "transcript-publish", "editor-changes"):
        assert as_charlie.post(of(name, copy)).status_code == 404
    assert as_charlie.get(of_session("compare", copy.session)).status_code == 404


def test_a_transcript_of_another_session_is_not_reached(
    as_alice: Client, copy: Transcript, session: CaptionSession
) -> None:
    other = CaptionSession.objects.create(room=session.room, title="Other", state="ended")
    address = of("editor", copy).replace(f"/sessions/{session.pk}/", f"/sessions/{other.pk}/")
    assert as_alice.get(address).status_code == 404
