from __future__ import annotations

from typing import Any

from subtitles.engines.dashscope.batch import DashScopeBatchEngine


class Beijing(DashScopeBatchEngine):
    """On loopback no address tells the region, and without a region there is no price."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.region = "cn-beijing"
