"""alice owns the room, bob moderates it, charlie is a stranger, ada is the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from subtitles.models import Room, User


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def person(name: str, admin: bool = False) -> User:
    return User.objects.create_user(name, "", "correct horse battery", is_superuser=admin, is_staff=admin)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ada(db: None) -> User:
    return person("ada", admin=True)


@pytest.fixture
def alice(db: None) -> User:
    return person("alice")


@pytest.fixture
def bob(db: None) -> User:
    return person("bob")


@pytest.fixture
def charlie(db: None) -> User:
    return person("charlie")


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    room = Room.objects.create(
        title="Evening show", slug="evening-show", owner=alice, engine="preview", model="pocketsphinx-en-us"
    )
    room.moderators.add(bob)
    return room


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def as_charlie(charlie: User) -> Client:
    return signed_in(charlie)


@pytest.fixture
def as_ada(ada: User) -> Client:
    return signed_in(ada)
