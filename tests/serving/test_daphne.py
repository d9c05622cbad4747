from __future__ import annotations

from tests.serving.conformance import ServerConformance


class TestDaphne(ServerConformance):
    name = "daphne"
    sender = "DirectSender"
