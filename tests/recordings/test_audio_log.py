from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from subtitles.recordings.audio_log import AudioLog, PositionError


def _samples(first: int, number: int) -> bytes:
    return b"".join((at % 65_536).to_bytes(2, "little") for at in range(first, first + number))


def _read_all(log: AudioLog) -> bytes:
    found, at = b"", 0
    while piece := log.read(at, 7):
        found += piece
        at += len(piece) // 2
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def opened(folder: Path) -> Iterator[Callable[[int], AudioLog]]:
    """Opens the log as a process does that took the session under this epoch."""
    logs: list[AudioLog] = []

    def open_(epoch: int) -> AudioLog:
        logs.append(AudioLog(folder))
        logs[-1].begin_segment(epoch)
        return logs[-1]

    yield open_
    for log in logs:
        log.close()


Opened = Callable[[int], AudioLog]


def test_what_is_appended_is_read(opened: Opened) -> None:
    log = opened(1)
    assert log.append(0, _samples(0, 100)) == 100
    assert log.read(10, 5) == _samples(10, 5)
    assert log.read(95, 50) == _samples(95, 5)
    assert log.read(100, 5) == b""


def test_overlap_is_cut_and_the_first_writing_counts(opened: Opened) -> None:
    log = opened(1)
    log.append(0, _samples(0, 100))
    assert log.append(90, bytes(40)) == 110
    assert _read_all(log) == _samples(0, 100) + bytes(20)


def test_audio_beyond_the_end_is_refused(opened: Opened) -> None:
    log = opened(1)
    with pytest.raises(PositionError):
        log.append(1, _samples(1, 5))
    assert log.end == 0


def test_segments_of_several_epochs_read_as_one(opened: Opened) -> None:
    for epoch in range(1, 6):
        log = opened(epoch)
        log.append(log.end, _samples(log.end, 10 * epoch))
    assert _read_all(log) == _samples(0, 150)


def test_a_detached_writer_adds_nothing_however_long_it_writes(opened: Opened, folder: Path) -> None:
    old = opened(1)
    old.append(0, _samples(0, 100))
    new = opened(2)
    old.append(100, bytes(1000))
    new.append(100, _samples(100, 50))
    old.append(600, bytes(1000))
    again = AudioLog(folder)
    assert again.end == 150
    assert _read_all(again) == _samples(0, 150)


def test_a_segment_is_clipped_by_every_later_one(opened: Opened, folder: Path) -> None:
    """Two processes opened the log at the same time; the one with the lower epoch was a little late."""
    old = opened(1)
    old.append(0, _samples(0, 100))
    newest = AudioLog(folder)
    old.append(100, bytes(80))
    late = opened(2)
    assert late.end == 140
    newest.begin_segment(3)
    newest.append(100, _samples(100, 20))
    again = AudioLog(folder)
    assert (again.end, _read_all(again)) == (120, _samples(0, 120))
    newest.close()


@pytest.mark.parametrize("epoch", [1, 2])
def test_an_epoch_that_is_not_the_newest_may_not_write(opened: Opened, folder: Path, epoch: int) -> None:
    opened(2)
    with pytest.raises(FileExistsError):
        AudioLog(folder).begin_segment(epoch)


def test_two_processes_cannot_write_under_one_epoch(opened: Opened, folder: Path) -> None:
    other = AudioLog(folder)
    opened(1)
    with pytest.raises(FileExistsError):
        other.begin_segment(1)


def test_half_a_sample_at_the_end_of_a_crash_is_left_out(opened: Opened, folder: Path) -> None:
    opened(1).append(0, _samples(0, 100))
    with (folder / "1-0.pcm").open("ab") as file:
        file.write(b"\x01")
    log = opened(2)
    log.append(100, _samples(100, 10))
    assert _read_all(log) == _samples(0, 110)


def test_audio_that_a_power_cut_took_reads_as_silence_and_moves_nothing(opened: Opened, folder: Path) -> None:
    opened(1).append(0, _samples(0, 100))
    opened(2).append(100, _samples(100, 20))
    os.truncate(folder / "1-0.pcm", 160)
    log = AudioLog(folder)
    assert log.end == 120
    assert _read_all(log) == _samples(0, 80) + bytes(40) + _samples(100, 20)


def test_what_a_killed_process_left_is_durable_only_after_a_sync(opened: Opened) -> None:
    opened(1).append(0, _samples(0, 100))
    log = opened(2)
    assert (log.end, log.durable) == (100, 0)
    assert log.sync() == log.durable == 100


def test_many_reconnects_hold_one_file_open(opened: Opened) -> None:
    log = opened(1)
    before = len(os.listdir("/proc/self/fd"))
    for epoch in range(2, 200):
        log.begin_segment(epoch)
        log.append(log.end, _samples(log.end, 1))
    assert len(os.listdir("/proc/self/fd")) == before
    assert _read_all(log) == _samples(0, 198)


def test_a_closed_log_is_still_read(opened: Opened) -> None:
    log = opened(1)
    log.append(0, _samples(0, 100))
    log.close()
    assert (log.end, _read_all(log)) == (100, _samples(0, 100))


def test_a_disk_that_takes_a_part_keeps_nothing_of_it(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    log = opened(1)
    log.append(0, _samples(0, 100))
    really, turns = os.write, count()

    def takes_three_bytes(descriptor: int, data: bytes) -> int:
        if next(turns):
            raise OSError(28, "No space left on device")
        return really(descriptor, data[:3])

    with monkeypatch.context() as full:
        full.setattr(os, "write", takes_three_bytes)
        with pytest.raises(OSError, match="No space"):
            log.append(100, _samples(100, 50))
    assert (log.end, _read_all(log)) == (100, _samples(0, 100))
    log.append(100, _samples(100, 50))
    assert _read_all(log) == _samples(0, 150)


def test_a_write_that_takes_two_turns_is_whole(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: really(descriptor, data[:33]))
    log = opened(1)
    log.append(0, _samples(0, 100))
    assert _read_all(log) == _samples(0, 100)


def test_a_real_limit_of_the_system_leaves_whole_samples(opened: Opened) -> None:
    log = opened(1)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (301, before[1]))
    try:
        log.append(0, _samples(0, 100))
        with pytest.raises(OSError, match="large"):
            log.append(100, _samples(100, 100))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert log.append(100, _samples(100, 100)) == 200
    assert _read_all(log) == _samples(0, 200)


class Writers(RuleBasedStateMachine):
    """Processes come, write with overlaps, crash with half a sample, and go on writing when they no longer may."""

    @initialize(folder=st.just(None))
    def begin(self, folder: None) -> None:
        self.context = pytest.MonkeyPatch()
        self.folder = _new_folder()
        self.epoch = 0
        self.detached: list[AudioLog] = []
        self.kept = b""
        self._open()

    def _open(self) -> None:
        self.log = AudioLog(self.folder)
        self.epoch += 1
        self.log.begin_segment(self.epoch)

    @rule(back=st.integers(0, 30), number=st.integers(0, 60))
    def somebody_sends(self, back: int, number: int) -> None:
        first = max(0, self.log.end - back)
        audio = bytes((self.epoch, number)) * number
        self.kept += audio[(self.log.end - first) * 2 :]
        assert self.log.append(first, audio) == len(self.kept) // 2

    @rule()
    def the_same_process_takes_a_new_connection(self) -> None:
        self.epoch += 1
        self.log.begin_segment(self.epoch)

    @rule()
    def another_process_takes_over(self) -> None:
        self.detached.append(self.log)
        self._open()

    @rule(number=st.integers(1, 60))
    def a_detached_writer_writes_on(self, number: int) -> None:
        for log in self.detached:
            log.append(log.end, b"\xff\xff" * number)

    @rule()
    def the_process_is_killed_in_the_middle_of_a_write(self) -> None:
        with next(self.folder.glob(f"{self.epoch}-*.pcm")).open("ab") as file:
            file.write(b"\xee")
        self.log.close()
        self._open()

    @rule()
    def it_is_forced_to_disk(self) -> None:
        assert self.log.sync() == self.log.end

    @invariant()
    def everything_kept_is_read_and_nothing_else(self) -> None:
        assert self.log.durable <= self.log.end == len(self.kept) // 2
        assert _read_all(self.log) == _read_all(AudioLog(self.folder)) == self.kept

    def teardown(self) -> None:
        for log in [self.log, *self.detached]:
            log.close()


_base: list[Path] = []
_numbers = count()


def _new_folder() -> Path:
    return _base[0] / str(next(_numbers))


@pytest.fixture(autouse=True, scope="module")
def _folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    _base.append(tmp_path_factory.mktemp("logs"))


Writers.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestWriters = Writers.TestCase
