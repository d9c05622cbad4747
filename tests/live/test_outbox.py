from __future__ import annotations

from subtitles.live.outbox import LONGEST_S, MOST_BYTES, MOST_FRAMES, Outbox
from subtitles.live.sender import Frame
from tests.live.watching import Wire


def _frame(name: str, key: str = "", keep: bool = True, size: int = 0) -> Frame:
    return Frame(f'"{name.ljust(size)}"', key, keep)


def _drained(outbox: Outbox) -> list[str]:
    wire = Wire()
    assert outbox.drain(wire)
    return [str(message) for message in wire.taken]


def test_a_newer_interim_replaces_the_older_one() -> None:
    outbox = Outbox(0)
    for name in ("one", "two", "three"):
        outbox.add(_frame(name, "n1", keep=False))
    assert _drained(outbox) == ["three"]


def test_a_sentence_replaces_its_interim_and_stays() -> None:
    outbox = Outbox(0)
    outbox.add(_frame("interim", "n1", keep=False))
    outbox.add(_frame("sentence", "n1"))
    outbox.add(_frame("corrected", "n1"))
    assert _drained(outbox) == ["sentence", "corrected"]


def test_order_is_kept() -> None:
    outbox = Outbox(0)
    for name in ("a", "b", "c"):
        outbox.add(_frame(name, name))
    assert _drained(outbox) == ["a", "b", "c"]


def test_what_the_connection_does_not_take_stays() -> None:
    outbox, wire = Outbox(0), Wire()
    outbox.add(_frame("a"))
    wire.blocked = True
    assert not outbox.drain(wire)
    wire.blocked = False
    assert outbox.drain(wire)
    assert [str(message) for message in wire.taken] == ["a"]


def test_a_viewer_may_owe_so_many_frames() -> None:
    outbox = Outbox(0)
    for _ in range(MOST_FRAMES):
        outbox.add(_frame("x"))
    assert not outbox.is_over(0)
    outbox.add(_frame("x"))
    assert outbox.is_over(0)


def test_a_viewer_may_owe_so_many_bytes() -> None:
    outbox = Outbox(0)
    outbox.add(_frame("x", size=MOST_BYTES // 2))
    assert not outbox.is_over(0)
    outbox.add(_frame("y", size=MOST_BYTES // 2))
    assert outbox.is_over(0)


def test_replaced_frames_are_not_owed() -> None:
    outbox = Outbox(0)
    for _ in range(10 * MOST_FRAMES):
        outbox.add(_frame("x", "status", keep=False, size=MOST_BYTES // 2))
    assert not outbox.is_over(0)


def test_a_viewer_may_be_slow_for_so_long() -> None:
    outbox = Outbox(5.0)
    outbox.add(_frame("x"))
    assert not outbox.is_over(5.0 + LONGEST_S)
    assert outbox.is_over(5.1 + LONGEST_S)
