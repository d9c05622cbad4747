from __future__ import annotations

import re

import pytest
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
