from __future__ import annotations

from typing import Any

import pytest

from subtitles.engines.base import EngineError
from subtitles.retranscribe import engines
from tests.retranscribe.scripted import ENGINE, PAID


def test_an_engine_is_made_once() -> None:
    assert engines.get(ENGINE) is engines.get(ENGINE)


def test_an_unknown_engine_is_refused_in_words() -> None:
    with pytest.raises(EngineError, match="no engine “nobody” for recordings"):
        engines.get("nobody")


def test_buckets_are_told_apart_by_key_model_and_call_without_naming_the_key(settings: Any) -> None:
    names = {engines.bucket(ENGINE, PAID, "submit"), engines.bucket(ENGINE, PAID, "query")}
    names.add(engines.bucket(ENGINE, "fun-asr", "submit"))
    settings.BATCH_ENGINES = {ENGINE: {"options": {"api_key": "sk-canary"}}}
    names.add(engines.bucket(ENGINE, PAID, "submit"))
    assert len(names) == 4
    assert not any("canary" in name for name in names)
    assert max(map(len, names)) <= 160


def test_what_somebody_bills_for_is_not_free() -> None:
    assert not engines.is_free(ENGINE, PAID)
    assert not engines.is_free("nobody", "nothing")
    assert engines.limits(ENGINE, PAID).starts_per_second == 10
    assert engines.limits("nobody", "nothing").starts_per_second is None
