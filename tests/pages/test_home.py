from __future__ import annotations

from django.test import Client
from django.urls import reverse

from subtitles.models import User


def test_without_an_admin_it_says_where_to_find_the_link(client: Client, db: None) -> None:
    answer = client.get(reverse("home"))
    assert answer.status_code == 200
    assert "printed in the terminal" in answer.content.decode()


def test_with_an_admin_it_leads_to_signing_in(client: Client, ada: User) -> None:
    assert client.get(reverse("home"))["Location"] == reverse("login")


def test_whoever_is_signed_in_goes_to_the_rooms(as_alice: Client) -> None:
    assert as_alice.get(reverse("home"))["Location"] == reverse("rooms")


def test_signing_in_and_out(client: Client, alice: User) -> None:
    client.get(reverse("login"))
    answer = client.post(reverse("login"), {"username": "alice", "password": "correct horse battery"})
    assert answer["Location"] == reverse("rooms")
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout"))["Location"] == reverse("login")
    assert client.get(reverse("rooms")).status_code == 302


def test_the_language_can_be_changed_without_an_account(client: Client, alice: User) -> None:
    client.post(reverse("set_language"), {"language": "zh-hans"}, headers={"referer": "http://testserver/login/"})
    page = client.get(reverse("login")).content.decode()
    assert '<html lang="zh-hans">' in page
    assert "登录" in page
