from __future__ import annotations

from subtitles.speech import UsageReport


class Bill:
    """What a session's streams cost. Each stream reports its own running total, so totals are kept by request id."""

    def __init__(self, seconds_before: float, request_ids: tuple[str, ...]) -> None:
        self._before = seconds_before
        self._ids_before = request_ids
        self._streams: dict[str, float] = {}

    def add(self, report: UsageReport) -> None:
        known = self._streams.get(report.request_id, 0.0)
        if report.billed_seconds < known:
            # Totals only grow: an engine that gives no ids has begun its next stream.
            self._before += known
        self._streams[report.request_id] = report.billed_seconds

    @property
    def seconds(self) -> float:
        return self._before + sum(self._streams.values())

    @property
    def request_ids(self) -> list[str]:
        new = [request_id for request_id in self._streams if request_id and request_id not in self._ids_before]
        return [*self._ids_before, *new]

    @property
    def state(self) -> tuple[float, list[str]]:
        """What there is to keep."""
        return self.seconds, self.request_ids
