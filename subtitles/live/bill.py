from __future__ import annotations

from subtitles.speech import UsageReport


class Bill:
    """What a session's streams cost. Each stream reports its own running total, so totals are kept by request id."""

    def __init__(self, seconds_before: float, request_ids: tuple[str, ...]) -> None:
        self._before = seconds_before
        self._ids_before = request_ids
        self._streams: dict[str, float] = {}
        self.changed = False

    def add(self, report: UsageReport) -> None:
        self._streams[report.request_id] = report.billed_seconds
        self.changed = True

    @property
    def seconds(self) -> float:
        return self._before + sum(self._streams.values())

    @property
    def request_ids(self) -> list[str]:
        new = [request_id for request_id in self._streams if request_id and request_id not in self._ids_before]
        return [*self._ids_before, *new]
