from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subtitles.jobs import bucket
from subtitles.jobs.bucket import SECOND_US, SLACK, allowed, interval_us, reserve
from subtitles.models import TokenBucket

START = 1_800_000_000 * SECOND_US
counter = itertools.count()


def most_in_a_second(times: list[int]) -> int:
    times = sorted(times)
    return max(sum(at <= other < at + SECOND_US for other in times) for at in times)


@pytest.mark.parametrize(("documented", "most"), [(10, 8), (20, 16), (5, 4), (3, 2), (1, 0.8)])
def test_eighty_percent_of_what_is_documented(documented: float, most: float) -> None:
    assert allowed(documented) == most


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rate=st.sampled_from([3, 10, 20]),
    waits=st.lists(st.integers(0, SECOND_US // 2), min_size=5, max_size=40),
    late=st.lists(st.integers(0, int(SLACK * SECOND_US)), min_size=40, max_size=40),
)
def test_no_second_ever_holds_more_whoever_asks_and_however_late(rate: int, waits: list[int], late: list[int]) -> None:
    name, now, used = f"bucket {next(counter)}", START, []
    for wait, delay in zip(waits, late, strict=False):
        now += wait * (wait % 3 == 0)  # many come at the same moment
        used.append(reserve(name, rate, lambda now=now: now) + delay)  # type: ignore[misc]
    assert most_in_a_second(used) <= rate * 0.8


@pytest.mark.django_db
def test_in_a_crowd_more_than_nine_tenths_of_what_is_allowed_is_used() -> None:
    places = [reserve("b", 10, lambda: START) for _ in range(500)][: int(59 * 8 * 0.95)]
    seconds = (places[-1] - START) / SECOND_US
    assert len(places) / seconds >= 0.9 * 8


@pytest.mark.django_db
def test_an_idle_bucket_lets_the_next_one_through_at_once() -> None:
    reserve("b", 10, lambda: START)
    later = START + 10 * SECOND_US
    assert reserve("b", 10, lambda: later) == later


@pytest.mark.django_db
def test_buckets_do_not_know_each_other() -> None:
    assert [reserve(name, 10, lambda: START) for name in ("a", "b")] == [START, START]


@pytest.mark.django_db
def test_a_clock_that_was_set_back_does_not_stop_everything() -> None:
    reserve("b", 10, lambda: START)
    hour_ago = START - 3600 * SECOND_US
    assert reserve("b", 10, lambda: hour_ago) == hour_ago


class AtOnce:
    """A job whose database answers at once, or is `late`."""

    def __init__(self, *late_us: int) -> None:
        self.late = list(late_us)
        self.leads: list[int] = []

    async def read(self, unit: Any) -> int:
        self.leads.append(unit.keywords["lead_us"])
        return bucket.now_us() - (self.late.pop(0) if self.late else 0)


async def test_who_comes_too_late_takes_another_place_further_ahead() -> None:
    work = AtOnce(200_000)
    await bucket.take(work, "b", 10)  # type: ignore[arg-type]
    assert work.leads[0] == 0
    assert 400_000 <= work.leads[1] < 500_000


async def test_without_a_limit_nobody_waits() -> None:
    work = AtOnce()
    await bucket.take(work, "b", None)  # type: ignore[arg-type]
    assert work.leads == []


@pytest.mark.django_db
def test_places_are_kept_for_all_processes_in_the_database() -> None:
    reserve("b", 10, lambda: START)
    assert TokenBucket.objects.get(name="b").next_us == START + interval_us(10)
