from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse


def test_it_is_well_while_the_database_answers(client: Client, db: None) -> None:
    answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": True})
    assert "no-store" in answer["Cache-Control"]


def test_a_load_balancer_may_ask_by_number(client: Client, db: None, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["captions.example"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_without_a_database_it_is_unavailable_and_gives_no_details(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError("password of postgres@10.0.0.7")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", fail)
        answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "database": False})
