"""DashScope for tests: the stand-in for every test of the product that needs the service."""

from __future__ import annotations

from tests.fakes.dashscope.batch_behaviour import BatchBehaviour, BatchLog, SubmitRecord
from tests.fakes.dashscope.behaviour import Behaviour, ConnectionRecord, Log, TaskRecord
from tests.fakes.dashscope.server import KEY, FakeDashScope

__all__ = [
    "KEY",
    "BatchBehaviour",
    "BatchLog",
    "Behaviour",
    "ConnectionRecord",
    "FakeDashScope",
    "Log",
    "SubmitRecord",
    "TaskRecord",
]
