from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from subtitles.models import CaptionSession, Room, User
from subtitles.pages.library import chosen, sessions
from tests.pages.library.stock import HTMX, kept, transcript

LIBRARY, ACTIONS = "/library/", "/library/actions/"
NOT_YOURS = "Only the owner of a room, or an admin, can do this with its sessions."


@pytest.fixture
def elsewhere(charlie: User) -> Room:
    return Room.objects.create(title="Secret", slug="secret", owner=charlie)


def titles(client: Client, **wanted: str) -> list[str]:
    return [session.title for session in client.get(LIBRARY, wanted).context["sessions"]]


def test_it_has_all_sessions_of_ones_rooms_and_no_others(
    as_alice: Client, as_bob: Client, as_charlie: Client, as_ada: Client, room: Room, elsewhere: Room
) -> None:
    kept(room, "Ours")
    kept(elsewhere, "Theirs")
    assert titles(as_alice) == titles(as_bob) == ["Ours"]
    assert titles(as_charlie) == ["Theirs"]
    assert titles(as_ada) == ["Theirs", "Ours"]


def test_it_can_be_narrowed_down(as_alice: Client, room: Room, alice: User) -> None:
    other = Room.objects.create(title="Other", slug="other", owner=alice)
    old, now = kept(other, "Budget 预算"), kept(room, "On air", state="live")
    CaptionSession.objects.filter(pk=old.pk).update(language="zh-CN", started_at=timezone.now() - timedelta(days=40))
    yesterday = f"{timezone.now() - timedelta(days=1):%Y-%m-%d}"
    for wanted in ({"q": "预算"}, {"room": other.pk}, {"state": "ended"}, {"language": "zh-CN"}, {"until": yesterday}):
        assert titles(as_alice, **wanted) == [old.title], wanted
    assert titles(as_alice, since=yesterday) == [now.title]
    assert titles(as_alice, q="nobody", state="live") == []


def test_what_is_wrong_in_an_address_counts_as_not_chosen(as_alice: Client, room: Room, elsewhere: Room) -> None:
    kept(room)
    for wanted in ({"room": elsewhere.pk}, {"room": "x"}, {"state": "?"}, {"since": "31.02."}, {"page": "99"}):
        assert titles(as_alice, **wanted) == ["Past"], wanted


def test_htmx_gets_the_list_alone(as_alice: Client, room: Room) -> None:
    kept(room)
    part = as_alice.get(LIBRARY, {"q": "past"}, headers=HTMX).content.decode()
    assert "Past" in part
    assert "<html" not in part
    assert "No session is like that" in as_alice.get(LIBRARY, {"q": "x"}, headers=HTMX).content.decode()


def test_pages_keep_what_was_chosen(as_alice: Client, room: Room) -> None:
    for number in range(51):
        kept(room, f"Part {number}")
    page = as_alice.get(LIBRARY, {"q": "part", "state": "ended"}).content.decode()
    assert "?q=part&amp;state=ended&amp;page=2" in page


def test_it_costs_the_same_for_three_sessions_and_thirty(
    as_alice: Client, room: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (3, 30):
        for _ in range(room.sessions.count(), count):
            kept(room)
        # login session, user, languages, how many, the page, its sentences, rooms to choose from
        with django_assert_num_queries(7):
            as_alice.get(LIBRARY)


def test_every_list_counts_the_sentences_that_are_shown(as_alice: Client, room: Room) -> None:
    session = CaptionSession.objects.create(room=room, title="Uploaded", language="en", state="ended")
    lists = {LIBRARY: "%s</td>", f"/rooms/{room.slug}/sessions/": "%s</td>"}
    lists[f"/library/delete/?session={session.pk}"] = "%s sentence"

    def counted(number: int) -> bool:
        return all(f">{words % number}" in page_text(as_alice, path) for path, words in lists.items())

    assert counted(0)
    transcript(session, ["older", "text", "of four", "sentences"], "batch")
    newest = transcript(session, ["one", "two", "three"], "batch")
    newest.sentences.filter(number=2).update(hidden=True)
    transcript(session, ["not finished"], "batch", ready=False)
    assert counted(2)
    transcript(session, ["alone"], "edited", published=True)
    assert counted(1)


def page_text(client: Client, path: str) -> str:
    return client.get(path).content.decode().replace(" · ", " >")


# --- many at once -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "name"),
    [("transcribe", "transcribe-many"), ("export", "library-export"), ("delete", "library-delete")],
)
def test_what_asks_something_asks_on_a_page_of_its_own(
    as_alice: Client, room: Room, elsewhere: Room, action: str, name: str
) -> None:
    mine = [kept(room), kept(room)]
    theirs = kept(elsewhere)
    values = {"action": action, "session": [session.pk for session in (*mine, theirs)]}
    where = f"{reverse(name)}?session={mine[1].pk}&session={mine[0].pk}"
    assert as_alice.post(ACTIONS, values)["Location"] == where
    assert as_alice.post(ACTIONS, values, headers=HTMX)["HX-Redirect"] == where
    assert as_alice.get(where).status_code == 200


def test_everything_that_the_list_has_goes_by_its_filters(as_alice: Client, room: Room) -> None:
    wanted = kept(room, "Budget")
    kept(room, "Other")
    answer = as_alice.post(ACTIONS, {"action": "export", "everything": "on", "filters": "q=budget"})
    assert answer["Location"] == f"/library/export/?session={wanted.pk}"


def test_a_live_session_is_ended_and_others_are_left_alone(as_bob: Client, room: Room) -> None:
    live, over = kept(room, "Now", state="live"), kept(room)
    answer = as_bob.post(ACTIONS, {"action": "end", "session": [live.pk, over.pk], "filters": "q=o"})
    assert answer["Location"] == "/library/?q=o"
    assert words(answer) == ["1 session is ending: its last words are being written."]
    assert list(CaptionSession.objects.order_by("pk").values_list("state", flat=True)) == ["ending", "ended"]
    assert words(as_bob.post(ACTIONS, {"action": "end", "session": over.pk})) == ["None of these is live."]


def words(answer: object) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)][-1:]  # type: ignore[attr-defined]


def test_nothing_ticked_is_said_and_an_unknown_action_refused(as_alice: Client, room: Room) -> None:
    assert words(as_alice.post(ACTIONS, {"action": "delete"})) == ["Tick the sessions first."]
    for pk in ("x", "-1", "²", "9" * 40):
        assert words(as_alice.post(ACTIONS, {"action": "end", "session": pk})) == ["Tick the sessions first."]
    assert as_alice.post(ACTIONS, {"action": "explode", "session": kept(room).pk}).status_code == 400


def test_a_list_too_long_for_one_go_says_how_many_of_it_are_meant(
    as_alice: Client, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    _first, second, third = (kept(room, f"Part {number}") for number in range(3))
    assert "All 3 that the list has" in as_alice.get(LIBRARY).content.decode()
    for module in (chosen, sessions):
        monkeypatch.setattr(module, "MOST", 2)
    assert "The newest 2 of the 3 that the list has" in as_alice.get(LIBRARY).content.decode()
    answer = as_alice.post(ACTIONS, {"action": "export", "everything": "on"})
    assert answer["Location"] == f"/library/export/?session={third.pk}&session={second.pk}"


@pytest.mark.parametrize("action", ["delete", "transcribe"])
def test_a_moderator_is_told_who_can_do_it_and_stays_in_the_list(as_bob: Client, room: Room, action: str) -> None:
    answer = as_bob.post(ACTIONS, {"action": action, "session": kept(room).pk, "filters": "q=past"})
    assert answer["Location"] == "/library/?q=past"
    assert words(answer) == [NOT_YOURS]


# --- deleting ---------------------------------------------------------------------------------------------------------


def test_deleting_says_first_what_goes(as_alice: Client, room: Room) -> None:
    over, live = kept(room, "Gone soon"), kept(room, "On air", state="live")
    where = f"/library/delete/?session={over.pk}&session={live.pk}"
    page = as_alice.get(where).content.decode()
    assert page.index("Gone soon") < page.index("Delete 1 session for good") < page.index("On air")
    assert CaptionSession.objects.count() == 2
    as_alice.post("/library/delete/", {"session": [over.pk, live.pk]})
    assert CaptionSession.objects.get() == live


def test_only_who_may_change_a_room_deletes_its_sessions(as_bob: Client, as_charlie: Client, room: Room) -> None:
    session = kept(room)
    for client in (as_bob, as_charlie):
        for answer in (client.get, client.post):
            refused = answer("/library/delete/", {"session": session.pk})
            assert refused["Location"] == LIBRARY
            assert words(refused) == [NOT_YOURS]
    assert CaptionSession.objects.exists()


def test_what_is_not_ones_own_is_said_to_stay(as_bob: Client, room: Room, bob: User) -> None:
    own = Room.objects.create(title="Own", slug="own", owner=bob)
    mine, hers = kept(own, "Mine"), kept(room, "Hers")
    wanted = {"session": [mine.pk, hers.pk]}
    page = as_bob.get("/library/delete/", wanted).content.decode()
    assert "Delete 1 session for good" in page
    assert "1 more that you chose stays" in page
    as_bob.post("/library/delete/", wanted)
    assert CaptionSession.objects.get() == hers


@pytest.mark.parametrize("path", [LIBRARY, "/library/search/", "/library/export/", "/library/delete/"])
def test_a_stranger_signs_in_first(client: Client, path: str) -> None:
    assert client.get(path)["Location"].startswith("/login/")
