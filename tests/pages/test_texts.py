from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from subtitles.live.refusals import Reason
from subtitles.pages import texts

KEYS = [
    "bad_message",
    "bad_version",
    "bad_audio",
    "frame_too_large",
    "frame_misaligned",
    "bad_position",
    "sign_in_required",
    "signed_out",
    "forbidden",
    "not_found",
    "link_expired",
    "link_revoked",
    "consent_missing",
    "ended",
    "deleted",
    "stopped_by_admin",
    "taken_over",
    "busy",
    "quota",
    "slow_reader",
    "idle",
    "no_pong",
    "too_fast",
    "too_many",
    "internal",
    "restarting",
    "storage_full",
    "resync",
]
NOTICES = [
    "upstream_connecting",
    "upstream_ok",
    "upstream_retrying",
    "upstream_key",
    "upstream_quota",
    "upstream_parameters",
    "upstream_busy",
    "upstream_unreachable",
    "upstream_skipped",
    "storage_full",
    "saving_late",
    "idle",
    "ending",
]


@pytest.mark.parametrize("key", sorted({*KEYS, *(reason.key for reason in Reason)}))
def test_every_reason_to_close_has_words_for_streamer_and_viewer(key: str) -> None:
    assert texts.STUDIO[f"error.{key}"]
    assert texts.VIEWER[f"error.{key}"]


@pytest.mark.parametrize("key", NOTICES)
def test_every_notice_of_the_server_has_words(key: str) -> None:
    assert texts.STUDIO[f"notice.{key}"]


@pytest.mark.parametrize("table", [texts.STUDIO, texts.VIEWER, texts.OVERLAY])
def test_a_translation_fills_in_what_the_original_fills_in(table: texts.Texts) -> None:
    for key, text in table.items():
        with translation.override("en"):
            english = set(re.findall(r"\{(\w+)\}", str(text)))
        with translation.override("zh-hans"):
            assert set(re.findall(r"\{(\w+)\}", str(text))) == english, key


@pytest.mark.parametrize(
    ("entry", "shared", "table"), [("studio.js", {"page.js"}, texts.STUDIO), ("viewer.js", set(), texts.VIEWER)]
)
def test_the_scripts_ask_for_no_words_that_are_missing(entry: str, shared: set[str], table: texts.Texts) -> None:
    """The studio uses only the painting of page.js, not its watch on a room."""
    names = modules(entry) - shared
    asked = {key for name in names for key in re.findall(r'\bwords\(\s*"([^"]+)"', source(name))}
    assert asked
    assert sorted(asked - set(table)) == []


def modules(entry: str) -> set[str]:
    """A script and all that it imports."""
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += re.findall(r'(?:from|import) "\./([^"]+)"', source(name))
    return found


def source(name: str) -> str:
    return (Path(settings.BASE_DIR) / "static" / "js" / name).read_text()
