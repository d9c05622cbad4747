from __future__ import annotations

import io
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from subtitles.jobs import queue
from subtitles.models import Job, Room, Upload, User
from subtitles.recordings import uploads
from subtitles.recordings.upload_sweep import sweep
from subtitles.recordings.uploads import Refused, WrongOffset

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _room_on_the_disk(settings: Any, ground: Path) -> None:
    settings.SUBTITLES_MIN_FREE_BYTES = 0


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create(username="alice")


@pytest.fixture
def room(alice: User) -> Room:
    return Room.objects.create(title="Talk", slug="talk", owner=alice)


@pytest.fixture
def begun(alice: User, room: Room) -> Upload:
    return uploads.begin(alice, room, "a talk.mp3", 10, "en")


def jobs(upload: Upload) -> int:
    return Job.objects.filter(kind="ingest", key=str(upload.pk)).count()


def add(upload: Upload, at: int, data: bytes) -> int:
    return uploads.append(upload, at, len(data), io.BytesIO(data).read)


def test_a_file_is_kept_byte_for_byte_and_then_handed_on_once(begun: Upload) -> None:
    assert add(begun, 0, b"0123") == 4
    assert uploads.offset(begun) == 4
    assert jobs(begun) == 0
    assert add(begun, 4, b"456789") == 10
    assert uploads.part(begun.pk).read_bytes() == b"0123456789"
    assert uploads.offset(begun) == 10
    assert jobs(begun) == 1


@pytest.mark.parametrize("at", [0, 3, 5])
def test_bytes_that_begin_elsewhere_are_told_where_the_file_ends(begun: Upload, at: int) -> None:
    add(begun, 0, b"0123")
    with pytest.raises(WrongOffset) as wrong:
        add(begun, at, b"x")
    assert wrong.value.offset == 4
    assert uploads.part(begun.pk).read_bytes() == b"0123"


def test_no_more_comes_than_was_promised(begun: Upload) -> None:
    with pytest.raises(Refused, match="too-big"):
        add(begun, 0, bytes(11))
    assert uploads.offset(begun) == 0


def test_a_body_that_ends_early_is_kept_as_far_as_it_came(begun: Upload) -> None:
    assert uploads.append(begun, 0, 10, io.BytesIO(b"012").read) == 3
    assert uploads.offset(begun) == 3


def test_nothing_is_acknowledged_before_it_is_on_the_disk(begun: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
    add(begun, 0, b"0123")
    assert synced == [4]


@pytest.mark.parametrize(("size", "why"), [(0, "empty"), (-1, "empty"), (uploads.MOST_BYTES + 1, "too-big")])
def test_a_size_that_cannot_be_is_refused_before_anything_comes(alice: User, room: Room, size: int, why: str) -> None:
    with pytest.raises(Refused, match=why):
        uploads.begin(alice, room, "a.wav", size, "en")
    assert not Upload.objects.exists()


def test_a_full_disk_takes_no_new_file_and_no_more_of_an_old_one(
    alice: User, room: Room, begun: Upload, settings: Any
) -> None:
    settings.SUBTITLES_MIN_FREE_BYTES = 1 << 60
    with pytest.raises(Refused, match="disk-full"):
        uploads.begin(alice, room, "a.wav", 1, "en")
    with pytest.raises(Refused, match="disk-full"):
        add(begun, 0, b"0")
    settings.SUBTITLES_MIN_FREE_BYTES = 0
    assert add(begun, 0, b"0") == 1


def test_nobody_has_too_many_half_files(alice: User, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "OPEN_AT_ONCE", 2)
    first = uploads.begin(alice, room, "1.wav", 5, "en")
    uploads.begin(alice, room, "2.wav", 5, "en")
    with pytest.raises(Refused, match="too-many"):
        uploads.begin(alice, room, "3.wav", 5, "en")
    uploads.begin(User.objects.create(username="bob"), room, "3.wav", 5, "en")
    add(first, 0, b"01234")
    uploads.begin(alice, room, "a whole one does not count.wav", 5, "en")


def test_two_requests_at_once_add_one_after_the_other(begun: Upload) -> None:
    """The second one waits for the file, and then learns that it is too late."""
    reading, go_on = threading.Event(), threading.Event()
    told: list[object] = []

    def slowly(count: int) -> bytes:
        reading.set()
        assert go_on.wait(10)
        return b"01234"

    def second() -> None:
        try:
            add(begun, 0, b"56789")
        except WrongOffset as wrong:
            told.append(wrong.offset)
        finally:
            connection.close()

    def first() -> None:
        with uploads._held(begun) as held:
            uploads._write(held, 0, 5, slowly)

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert reading.wait(10)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert told == [5]
    assert uploads.part(begun.pk).read_bytes() == b"01234"


@rules(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), content=st.binary(min_size=1, max_size=60))
def test_whatever_is_tried_the_file_is_a_beginning_of_what_was_sent(
    alice: User, room: Room, data: st.DataObject, content: bytes
) -> None:
    upload = uploads.begin(alice, room, "a.wav", len(content), "en")
    kept = 0
    for _ in range(12):
        at = data.draw(st.integers(0, len(content)))
        piece = content[at : data.draw(st.integers(at, len(content)))]
        early = data.draw(st.integers(0, len(piece)))
        if at != kept:
            with pytest.raises(WrongOffset) as wrong:
                uploads.append(upload, at, len(piece), io.BytesIO(piece[:early]).read)
            assert wrong.value.offset == kept
        else:
            kept = uploads.append(upload, at, len(piece), io.BytesIO(piece[:early]).read)
            assert kept == at + early
        assert uploads.part(upload.pk).read_bytes() == content[:kept]
    assert jobs(upload) == (kept == len(content))
    uploads.part(upload.pk).unlink()


def test_what_nobody_goes_on_with_is_removed_after_a_day(begun: Upload) -> None:
    add(begun, 0, b"0123")
    now = timezone.now()
    assert sweep(now + timedelta(hours=23)) == 1
    assert uploads.offset(begun) == 4
    assert sweep(now + timedelta(hours=25)) == 0
    assert not uploads.part(begun.pk).exists()
    assert not Upload.objects.exists()
    with pytest.raises(Refused, match="gone"):
        add(begun, 4, b"4")


def test_a_whole_file_that_a_crash_kept_from_its_job_gets_it(begun: Upload) -> None:
    uploads.part(begun.pk).write_bytes(b"0123456789")
    assert sweep(timezone.now()) == 1
    assert jobs(begun) == 1


def test_what_a_crash_left_behind_goes_and_what_is_worked_at_stays(begun: Upload, ground: Path) -> None:
    add(begun, 0, b"0123456789")
    mine, orphan = ground / "tmp" / f"ingest-{begun.pk}", ground / "tmp" / "ingest-0"
    mine.mkdir(parents=True)
    orphan.mkdir()
    (ground / "uploads" / "stray.part").touch()
    assert sweep(timezone.now() + timedelta(days=2)) == 1
    assert mine.exists()
    assert not orphan.exists()
    assert [path.name for path in (ground / "uploads").iterdir()] == [f"{begun.pk}.part"]
    Job.objects.filter(kind="ingest").update(state="failed", error_kind="audio")
    assert sweep(timezone.now()) == 0
    assert not mine.exists()
    assert Upload.objects.exists(), "its job says what was wrong with it"


@pytest.mark.parametrize("kind", ["internal", "database", "storage"])
def test_a_whole_file_that_came_to_nothing_is_tried_again_after_a_day(begun: Upload, kind: str) -> None:
    add(begun, 0, b"0123456789")
    now = timezone.now()
    Job.objects.filter(kind="ingest").update(state="failed", error_kind=kind, finished_at=now, payload={"session": 7})
    assert sweep(now + timedelta(hours=23)) == 1
    assert jobs(begun) == 1
    assert sweep(now + timedelta(hours=25)) == 1
    again = uploads.job(begun)
    assert again
    assert (again.state, again.payload) == ("queued", {"session": 7})
    uploads.part(begun.pk).unlink()
    assert sweep(now) == 1, "it was moved, and its second job may fail too"


def test_giving_up_stops_the_job_of_a_whole_one(begun: Upload) -> None:
    add(begun, 0, b"0123456789")
    uploads.discard(begun)
    assert Job.objects.get(kind="ingest").cancel_asked
    assert not queue.enqueue("ingest", str(begun.pk)).is_new
