from __future__ import annotations

from dataclasses import replace

import pytest

from subtitles.engines.base import ErrorKind, Options
from subtitles.engines.dashscope.realtime import DashScopeEngine
from tests.engines.conformance import RealtimeConformance, Refusals, Strike
from tests.fakes.dashscope import Behaviour, FakeDashScope


class TestDashScope(RealtimeConformance):
    @pytest.fixture
    def refusals(self, fake: FakeDashScope) -> Refusals:
        nobody = Options("paraformer-realtime-v2")
        wrong = DashScopeEngine("sk-somebody-else", fake.websocket_url, fake.http_url)
        return [
            (DashScopeEngine("", fake.websocket_url), nobody, ErrorKind.KEY),
            (wrong, nobody, ErrorKind.KEY),
            (DashScopeEngine("sk-x", "ws://127.0.0.1:1/"), nobody, ErrorKind.NETWORK),
            (wrong, replace(nobody, model="no-such-model"), ErrorKind.PARAMETERS),
            (wrong, replace(nobody, values={"max_sentence_silence_ms": 1}), ErrorKind.PARAMETERS),
        ]

    @pytest.fixture
    def break_stream(self, fake: FakeDashScope) -> Strike:
        async def cut() -> None:
            fake.cut()

        return cut

    @pytest.fixture
    def freeze(self, fake: FakeDashScope) -> Strike:
        fake.default = Behaviour(at_message=3, then="stall")

        async def already_in_the_air() -> None:
            """The third message is the first audio frame: after it the fake reads and says nothing any more."""

        return already_in_the_air
