from __future__ import annotations

from tests.serving.conformance import ServerConformance


class TestUvicorn(ServerConformance):
    name = "uvicorn"
    sender = "TransportSender"
