from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from subtitles.models import Room, User
from subtitles.pages import installation
from subtitles.pages.setup import banner

pytestmark = pytest.mark.django_db
ENTERED = {
    "username": "alice",
    "password": "correct horse battery",
    "repeated": "correct horse battery",
    "title": "Evening show",
    "language": "en",
}


@pytest.fixture(autouse=True)
def _own_data_folder(settings: Settings, tmp_path: Path) -> None:
    settings.SUBTITLES_DATA_DIR = tmp_path


def link() -> str:
    return reverse("setup", args=[installation.setup_token()])


def test_the_link_makes_an_admin_and_a_room_and_leads_to_its_studio(client: Client) -> None:
    assert client.get(link()).status_code == 200
    response = client.post(link(), ENTERED)
    room = Room.objects.get()
    assert response["Location"] == reverse("studio", args=["evening-show"])
    assert (room.title, room.language, room.engine, room.model) == (
        "Evening show",
        "en",
        "preview",
        "pocketsphinx-en-us",
    )
    assert room.owner.is_superuser
    assert room.owner.check_password(ENTERED["password"])
    assert client.get(response["Location"]).status_code == 200


def test_afterwards_the_link_is_refused_with_words(client: Client) -> None:
    address = link()
    client.post(address, ENTERED)
    for answer in (Client().get(address), Client().post(address, {**ENTERED, "username": "eve"})):
        assert answer.status_code == 410
        assert "already set up" in answer.content.decode()
    assert User.objects.count() == 1


def test_another_token_opens_nothing(client: Client) -> None:
    link()
    answer = client.post(reverse("setup", args=["guessed"]), ENTERED)
    assert answer.status_code == 404
    assert not User.objects.exists()


def test_the_token_is_for_its_owner_only_and_gone_after_use(client: Client, tmp_path: Path) -> None:
    address = link()
    assert (tmp_path / "setup_token").stat().st_mode & 0o777 == 0o600
    client.post(address, ENTERED)
    assert [path.name for path in tmp_path.iterdir()] == []


def test_the_link_stays_the_same_until_it_is_used() -> None:
    assert link() == link()


def test_an_account_made_without_a_password_does_not_count_and_is_taken_over(client: Client) -> None:
    made = User.objects.create_superuser("alice")
    assert not installation.is_set_up()
    client.post(link(), ENTERED)
    made.refresh_from_db()
    assert made.check_password(ENTERED["password"])
    assert Room.objects.get().owner == made


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"repeated": "something else"}, "differ"),
        ({"password": "12345678", "repeated": "12345678"}, "too common"),
        ({"title": "\u202e\u200f "}, "title"),
        ({"username": "a b/c"}, "valid"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_made(client: Client, change: dict[str, str], words: str) -> None:
    answer = client.post(link(), {**ENTERED, **change})
    errors = " ".join(re.findall(r'class="errorlist".*?</ul>', answer.content.decode(), re.DOTALL))
    assert words in errors
    assert not User.objects.exists()
    assert client.get(link()).status_code == 200


def test_the_banner_says_where_with_what_and_how_to_begin() -> None:
    text = banner("http://localhost:8000/")
    assert "http://localhost:8000/" in text
    assert "English only" in text
    assert "one word in three is wrong" in text
    assert f"http://localhost:8000{link()}" in text


def test_the_banner_keeps_the_link_to_itself_once_there_is_an_admin() -> None:
    User.objects.create_superuser("ada", password="correct horse battery")
    assert "/setup/" not in banner("http://localhost:8000")


def test_the_banner_admits_that_a_key_was_never_tried(settings: Settings) -> None:
    settings.SUBTITLES_ENGINE, settings.DASHSCOPE_API_KEY = "dashscope", "sk-secret"
    text = banner("http://localhost:8000")
    assert "never checked" in text
    assert "sk-secret" not in text
