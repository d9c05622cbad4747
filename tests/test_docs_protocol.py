from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from subtitles.live import wire
from subtitles.live.refusals import Reason, Refused
from subtitles.live.wire import Item, SessionInfo

PAGE = (Path(__file__).parents[1] / "docs" / "protocol.md").read_text()
BROADCASTING, WATCHING, CLOSING = re.split(r"^## (?:Watching|Closing)$", PAGE, flags=re.MULTILINE)


def _examples(part: str, side: str) -> list[str]:
    return re.findall(rf"^```json {side}\n(.*?)\n```$", part, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", _examples(BROADCASTING, "client"))
def test_the_server_understands_what_the_page_lets_broadcasters_say(example: str) -> None:
    assert type(wire.from_broadcaster(example)).__name__.lower() in ("broadcasthello", json.loads(example)["type"])


@pytest.mark.parametrize("example", _examples(WATCHING, "client"))
def test_the_server_understands_what_the_page_lets_viewers_say(example: str) -> None:
    assert type(wire.from_viewer(example)).__name__.lower() in ("viewerhello", json.loads(example)["type"])


def _items(fields: list[dict[str, Any]]) -> list[Item]:
    return [Item(seq=0, **item) for item in fields]


def _written(message: dict[str, Any]) -> str:
    """What the server writes when it means the same."""
    fields = {name: value for name, value in message.items() if name != "type"}
    match message["type"]:
        case "snapshot":
            interims = {entry["number"]: entry["text"] for entry in fields["interims"]}
            return wire.snapshot(SessionInfo(**fields["session"]), fields["seq"], _items(fields["items"]), interims)
        case "sentences" | "page" as kind:
            return str(getattr(wire, kind)(**fields | {"items": _items(fields["items"])}))
        case "session":
            info = SessionInfo(fields["session"], "", fields["state"], "")
            return wire.session_state(info, fields["after"], fields["seq"])
        case "status":
            return wire.broadcaster_status(**fields) if "upstream" in fields else wire.viewer_status(**fields)
        case "error":
            return wire.error(Refused(Reason[fields["key"].upper()]))
        case kind:
            return str(getattr(wire, kind)(**fields))


@pytest.mark.parametrize("example", _examples(PAGE, "server"))
def test_the_server_writes_what_the_page_shows(example: str) -> None:
    message = json.loads(example)
    assert json.loads(_written(message)) == message


def test_every_close_code_is_on_the_page() -> None:
    rows = re.findall(r"^\| (\d{4}) \| `(\w+)` \| (.+) \|$", CLOSING, flags=re.MULTILINE)
    assert rows == [(str(reason.code), reason.key, reason.message) for reason in Reason]
