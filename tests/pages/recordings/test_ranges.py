from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory

from subtitles.pages.recordings import ranges
from subtitles.pages.recordings.ranges import Version
from subtitles.recordings.storage import OnDisk

SIZE = 1_000_000
VERSION = Version('"7-1"', datetime(2026, 5, 4, 3, 2, 1, 999, tzinfo=UTC))
MODIFIED = "Mon, 04 May 2026 03:02:01 GMT"


@pytest.fixture(scope="module")
def data() -> bytes:
    return bytes(range(250)) * (SIZE // 250)


@pytest.fixture
def stored(tmp_path: Path, data: bytes) -> OnDisk:
    (tmp_path / "file").write_bytes(data)
    return OnDisk(tmp_path / "file", SIZE)


def asked(stored: OnDisk, method: str = "get", **headers: str) -> HttpResponseBase:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = getattr(RequestFactory(), method)("/", headers=names)
    return ranges.answer(request, stored, VERSION, "audio/flac")


async def body(answer: HttpResponseBase) -> bytes:
    if not isinstance(answer, StreamingHttpResponse):
        return bytes(answer.content)  # type: ignore[attr-defined]
    return b"".join([bytes(block) async for block in answer])


@pytest.mark.parametrize(
    ("wanted", "begin", "end"),
    [
        ("bytes=0-", 0, SIZE),
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes = 10 - 19", 10, 20),
        ("bytes=999999-", SIZE - 1, SIZE),
        ("bytes=400000-9999999", 400_000, SIZE),
        ("bytes=-1", SIZE - 1, SIZE),
        ("bytes=-5000000", 0, SIZE),
    ],
)
async def test_a_part_is_what_was_asked_for(stored: OnDisk, data: bytes, wanted: str, begin: int, end: int) -> None:
    answer = asked(stored, range=wanted)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {begin}-{end - 1}/{SIZE}"
    assert answer["Content-Length"] == str(end - begin)
    assert await body(answer) == data[begin:end]


@pytest.mark.parametrize("wanted", ["bytes=1000000-", "bytes=5000000-6000000", "bytes=-0"])
def test_what_lies_outside_is_refused_with_the_length(stored: OnDisk, wanted: str) -> None:
    answer = asked(stored, range=wanted)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{SIZE}")


@pytest.mark.parametrize("wanted", ["", "bytes=9-3", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=٣-"])
async def test_several_ranges_and_what_is_none_give_everything(stored: OnDisk, data: bytes, wanted: str) -> None:
    answer = asked(stored, range=wanted)
    assert (answer.status_code, answer["Content-Length"], answer["Accept-Ranges"]) == (200, str(SIZE), "bytes")
    assert await body(answer) == data


@pytest.mark.parametrize(
    ("condition", "status"),
    [('"7-1"', 206), (MODIFIED, 206), ('W/"7-1"', 200), ('"7-2"', 200), ("Mon, 04 May 2026 03:02:02 GMT", 200)],
)
def test_a_part_of_another_version_is_not_given(stored: OnDisk, condition: str, status: int) -> None:
    assert asked(stored, range="bytes=5-", if_range=condition).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if_none_match": '"7-1"'}, 304),
        ({"if_none_match": '"7-2"'}, 200),
        ({"if_modified_since": MODIFIED}, 304),
        ({"if_match": '"7-2"'}, 412),
    ],
)
def test_who_has_it_already_gets_nothing(stored: OnDisk, headers: dict[str, str], status: int) -> None:
    assert asked(stored, **headers).status_code == status


async def test_the_head_alone_has_no_body_and_ignores_the_range(stored: OnDisk) -> None:
    answer = asked(stored, "head", range="bytes=5-9")
    assert (answer.status_code, answer["Content-Length"], await body(answer)) == (200, str(SIZE), b"")
    assert (answer["ETag"], answer["Last-Modified"]) == ('"7-1"', MODIFIED)


async def test_only_a_block_at_a_time_is_in_memory(stored: OnDisk) -> None:
    blocks = [len(bytes(block)) async for block in asked(stored)]  # type: ignore[attr-defined]
    assert max(blocks) == ranges.BLOCK_BYTES
    assert sum(blocks) == SIZE
