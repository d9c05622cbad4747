from __future__ import annotations

from subtitles.engines.dashscope.starts import StartLimiter


class Clock:
    def __init__(self) -> None:
        self.at = 100.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


async def test_starts_within_the_limit_do_not_wait() -> None:
    clock = Clock()
    limiter = StartLimiter(3, clock.now, clock.sleep)
    for _ in range(3):
        await limiter.wait("key")
    assert clock.slept == []


async def test_no_second_holds_more_starts_than_allowed() -> None:
    clock = Clock()
    limiter = StartLimiter(3, clock.now, clock.sleep)
    times = []
    for _ in range(10):
        clock.at += 0.1
        await limiter.wait("key")
        times.append(clock.at)
    assert all(later - earlier >= 1.0 for earlier, later in zip(times, times[3:], strict=False))


async def test_each_key_has_its_own_limit() -> None:
    clock = Clock()
    limiter = StartLimiter(1, clock.now, clock.sleep)
    await limiter.wait("one")
    await limiter.wait("two")
    assert clock.slept == []
