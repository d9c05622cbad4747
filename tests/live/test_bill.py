from __future__ import annotations

from subtitles.live.bill import Bill
from subtitles.speech import UsageReport


def test_a_stream_reports_its_own_running_total() -> None:
    bill = Bill(0.0, ())
    for seconds in (1.0, 2.0, 3.5):
        bill.add(UsageReport(seconds, "a"))
    assert bill.state == (3.5, ["a"])


def test_streams_add_up() -> None:
    bill = Bill(0.0, ())
    bill.add(UsageReport(3.0, "a"))
    bill.add(UsageReport(4.0, "b"))
    assert bill.state == (7.0, ["a", "b"])


def test_what_another_process_was_billed_stays() -> None:
    bill = Bill(10.0, ("before",))
    bill.add(UsageReport(3.0, "a"))
    assert bill.state == (13.0, ["before", "a"])


def test_streams_without_ids_add_up_too() -> None:
    bill = Bill(0.0, ())
    for seconds in (1.0, 2.0, 1.0, 5.0):
        bill.add(UsageReport(seconds))
    assert bill.state == (7.0, [])


def test_nothing_reported_is_nothing_to_keep() -> None:
    assert Bill(10.0, ("before",)).state == (10.0, ["before"])
