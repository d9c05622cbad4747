from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from subtitles.admin import actions
from subtitles.models import CaptionSession, Room, User

pytestmark = pytest.mark.django_db
TABLE = "/admin/subtitles/captionsession/"


@pytest.fixture
def sessions() -> list[CaptionSession]:
    """Of two people."""
    found = []
    for name, state in (("alice", "live"), ("bob", "ended")):
        owner = User.objects.create_user(name)
        room = Room.objects.create(title=name, slug=name, owner=owner)
        found.append(CaptionSession.objects.create(room=room, title=name, language="en", state=state))
    return found


@pytest.fixture
def as_ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


def act(client: Client, action: str, sessions: list[CaptionSession], **more: str) -> object:
    chosen = {"action": action, "_selected_action": [session.pk for session in sessions], **more}
    return client.post(TABLE, chosen)


@pytest.mark.parametrize(
    ("action", "name"),
    [("transcribe", "transcribe-many"), ("export", "library-export"), ("delete", "library-delete")],
)
def test_an_administrator_goes_on_to_the_page_that_asks(
    as_ada: Client, sessions: list[CaptionSession], action: str, name: str
) -> None:
    answer = act(as_ada, f"{action}_sessions", sessions)
    newest_first = f"session={sessions[1].pk}&session={sessions[0].pk}"
    assert answer["Location"] == f"{reverse(name)}?{newest_first}"  # type: ignore[index]


def test_whatever_is_live_among_all_rooms_is_ended(as_ada: Client, sessions: list[CaptionSession]) -> None:
    act(as_ada, "end_sessions", sessions[:1], select_across="1")
    assert list(CaptionSession.objects.order_by("pk").values_list("state", flat=True)) == ["ending", "ended"]


def test_deleting_from_the_table_asks_first_and_goes_over_all_rooms(
    as_ada: Client, sessions: list[CaptionSession]
) -> None:
    CaptionSession.objects.update(state="ended")
    where = act(as_ada, "delete_sessions", sessions)["Location"]  # type: ignore[index]
    assert "Delete 2 sessions for good" in as_ada.get(where).content.decode()
    as_ada.post("/library/delete/", {"session": [session.pk for session in sessions]})
    assert not CaptionSession.objects.exists()


def test_more_than_an_address_holds_is_refused_in_words(
    as_ada: Client, sessions: list[CaptionSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST", 1)
    answer = act(as_ada, "export_sessions", sessions)
    said = [str(message) for message in get_messages(answer.wsgi_request)]  # type: ignore[attr-defined]
    assert said == ["At most 1 sessions at once."]


def test_staff_without_every_right_reads_the_table_and_no_more(client: Client, sessions: list[CaptionSession]) -> None:
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.set(_all_permissions())
    client.force_login(staff)
    assert "end_sessions" not in client.get(TABLE).content.decode()
    act(client, "end_sessions", sessions)
    assert CaptionSession.objects.filter(state="live").exists()


def _all_permissions() -> list[int]:
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    return list(Permission.objects.values_list("pk", flat=True))
