from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from subtitles.access import may_edit, rooms_for
from subtitles.models import Room, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    return {name: User.objects.create_user(name) for name in ("alice", "bob", "charlie")}


@pytest.fixture
def room(people: dict[str, User]) -> Room:
    room = Room.objects.create(title="Show", slug="show", owner=people["alice"])
    room.moderators.add(people["bob"], User.objects.create_user("second"))
    return room


@pytest.mark.parametrize(
    ("name", "broadcast", "edit"), [("alice", True, True), ("bob", True, False), ("charlie", False, False)]
)
def test_the_owner_may_do_all_the_moderator_broadcast_the_stranger_nothing(
    people: dict[str, User], room: Room, name: str, broadcast: bool, edit: bool
) -> None:
    assert may_edit(people[name], room) is edit
    assert list(rooms_for(people[name])) == [room] * broadcast


def test_an_admin_may_do_everything_in_every_room(room: Room) -> None:
    admin = User.objects.create_superuser("ada")
    assert may_edit(admin, room)
    assert list(rooms_for(admin)) == [room]


def test_nobody_in_particular_may_do_nothing(room: Room) -> None:
    assert not may_edit(AnonymousUser(), room)
    assert not rooms_for(AnonymousUser())


def test_a_closed_account_may_do_nothing_even_in_its_own_room(people: dict[str, User], room: Room) -> None:
    people["alice"].is_active = False
    assert not rooms_for(people["alice"])
    assert not may_edit(people["alice"], room)


def test_a_room_with_several_moderators_is_listed_once(people: dict[str, User], room: Room) -> None:
    assert rooms_for(people["alice"]).count() == 1
    assert rooms_for(people["bob"]).count() == 1
