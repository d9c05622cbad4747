from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from subtitles.exports.archive import zipped


def test_a_zip_is_sent_file_by_file_and_read_whole() -> None:
    asked: list[str] = []

    def files() -> Iterator[tuple[str, bytes]]:
        for name in ("一.srt", "b.txt"):
            asked.append(name)
            yield name, name.encode() * 1000

    parts = zipped(files())
    first = next(parts)
    assert first
    assert asked == ["一.srt"]
    with zipfile.ZipFile(io.BytesIO(first + b"".join(parts))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == dict(files())


def test_nothing_to_zip_is_an_empty_zip() -> None:
    assert zipfile.ZipFile(io.BytesIO(b"".join(zipped([])))).namelist() == []
