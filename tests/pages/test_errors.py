from __future__ import annotations

from typing import Any

from django.test import Client, RequestFactory

from subtitles.pages.errors import server_error


def test_a_page_that_is_not_there_says_what_and_what_next(client: Client, db: None) -> None:
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_htmx_gets_the_words_for_its_message_area(client: Client, db: None) -> None:
    answer = client.get("/nothing", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer["HX-Retarget"] == "#messages"
    assert "<html" not in answer.content.decode()


def test_programs_get_a_problem_document(client: Client, db: None) -> None:
    answer = client.get("/nothing", headers={"Accept": "application/json"})
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "There is nothing here"


def test_a_name_that_is_not_served_here_is_a_bad_request(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    answer = client.get("/login/", headers={"Host": "elsewhere.test"})
    assert answer.status_code == 400
    assert "That request was not understood" in answer.content.decode()


def test_the_page_for_failures_needs_no_database(rf: RequestFactory) -> None:
    answer = server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "Something failed on the server" in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_words(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/login/", {"username": "x"})
    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()
