from __future__ import annotations

import sys

import pytest

from subtitles.engines import registry
from subtitles.engines.base import EngineError, ErrorKind
from subtitles.engines.dashscope.realtime import DashScopeEngine
from subtitles.settings import ENGINES as SHIPPED


class Fake:
    def __init__(self, pace: float = 1.0) -> None:
        self.pace = pace


HERE = f"{__name__}.Fake"


def pace(name: str) -> float:
    engine = registry.get(name)
    assert isinstance(engine, Fake)
    return engine.pace


@pytest.fixture(autouse=True)
def _engines(settings) -> None:
    settings.ENGINES = {
        "plain": {"class": HERE},
        "quick": {"class": HERE, "options": {"pace": 2.0}},
        "gone": {"class": "subtitles.engines.no_such_file.Engine"},
    }


def test_names_stand_in_the_order_of_the_settings() -> None:
    assert registry.names() == ("plain", "quick", "gone")


def test_an_engine_is_made_once_with_its_options() -> None:
    assert pace("quick") == 2.0
    assert registry.get("quick") is registry.get("quick")
    assert registry.get("quick") is not registry.get("plain")


@pytest.mark.parametrize("name", ["no-such-engine", "gone"])
def test_an_engine_that_is_not_there_is_a_parameter_error(name: str) -> None:
    with pytest.raises(EngineError) as failed:
        registry.get(name)
    assert failed.value.kind is ErrorKind.PARAMETERS
    assert name in str(failed.value)


def test_changed_settings_make_new_engines(settings) -> None:
    assert pace("quick") == 2.0
    settings.ENGINES = {"quick": {"class": HERE, "options": {"pace": 3.0}}}
    assert pace("quick") == 3.0


def test_an_engine_nobody_asks_for_is_not_imported(settings) -> None:
    settings.ENGINES = {"plain": {"class": HERE}, "never": {"class": "tests.engines.never_imported.Engine"}}
    registry.get("plain")
    assert "tests.engines.never_imported" not in sys.modules


def test_the_options_of_the_shipped_settings_fit_the_engine(settings) -> None:
    settings.ENGINES = SHIPPED
    assert isinstance(registry.get("dashscope"), DashScopeEngine)
