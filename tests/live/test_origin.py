from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest

from subtitles.live.origin import is_trusted, same_origin_only

pytestmark = pytest.mark.usefixtures("hosts")


@pytest.fixture
def hosts(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["captions.example", "localhost"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://partner.example"]
    settings.SUBTITLES_PRODUCTION = False


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://captions.example", "captions.example"),
        ("https://captions.example", "captions.example"),
        ("http://localhost:8000", "localhost:8000"),
        ("https://partner.example", "captions.example"),
        (None, "captions.example"),
    ],
)
def test_pages_of_this_site_and_trusted_ones_and_programs_may_come(origin: str | None, host: str) -> None:
    assert is_trusted(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("null", "captions.example"),
        ("", "captions.example"),
        ("http://evil.example", "captions.example"),
        ("http://captions.example.evil.example", "captions.example"),
        ("http://captions.example@evil.example", "captions.example"),
        ("http://captions.example:81", "captions.example"),
        ("http://localhost:8001", "localhost:8000"),
        ("ftp://captions.example", "captions.example"),
        ("http://evil.example", "evil.example"),
        ("http://captions.example", None),
        ("http://[", "captions.example"),
        ("http://partner.example", "captions.example"),
    ],
)
def test_every_other_origin_is_refused(origin: str, host: str | None) -> None:
    assert not is_trusted(origin, host)


def test_in_production_pages_come_over_tls(settings: Any) -> None:
    settings.SUBTITLES_PRODUCTION = True
    assert not is_trusted("http://captions.example", "captions.example")
    assert is_trusted("https://captions.example", "captions.example")


@pytest.mark.parametrize(("origin", "comes"), [(b"http://captions.example", True), (b"http://evil.example", False)])
async def test_a_stranger_is_turned_away_before_anything_else_happens(origin: bytes, comes: bool) -> None:
    came: list[bool] = []
    sent: list[Any] = []

    async def application(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        came.append(True)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"headers": [(b"host", b"captions.example"), (b"origin", origin)]}
    await same_origin_only(application)(scope, receive, send)
    assert came == [True] * comes
    assert sent == [{"type": "websocket.close"}] * (not comes)
