"""Where finished recordings are kept: on this disk, or in a bucket when `settings.STORAGES` has one for them.

A file that lies on this disk is the one that counts, whatever the setting says now. A bucket's failures are OSErrors.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, Protocol

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.utils.module_loading import import_string

from subtitles.recordings import files
from subtitles.recordings.placing import PART

ALIAS = "recordings"
CHUNK_BYTES = 256 * 1024


class Stored(Protocol):
    """One file of a recording."""

    @property
    def size(self) -> int: ...

    def open(self, start: int, end: int) -> BinaryIO:
        """Its bytes from `start`, at least to `end`. Blocks. Raises OSError."""

    def copy_to(self, path: Path) -> None:
        """Blocks. Raises OSError."""


@dataclass(frozen=True, slots=True)
class OnDisk:
    path: Path
    size: int

    def open(self, start: int, end: int) -> BinaryIO:
        file = self.path.open("rb")
        file.seek(start)
        return file

    def copy_to(self, path: Path) -> None:
        shutil.copyfile(self.path, path)


@dataclass(frozen=True, slots=True)
class InBucket:
    key: str
    size: int

    def open(self, start: int, end: int) -> BinaryIO:
        with _failures_as_os_errors():
            answer = _bucket().bucket.Object(self.key).get(Range=f"bytes={start}-{end - 1}")
        body: BinaryIO = answer["Body"]
        return body

    def copy_to(self, path: Path) -> None:
        with _failures_as_os_errors():
            _bucket().bucket.download_file(self.key, str(path))


def find(session_id: int, name: str) -> Stored | None:
    """`name` as in `files`. Blocks. Raises OSError."""
    path = files.folder(session_id) / name
    if path.is_file():
        return OnDisk(path, path.stat().st_size)
    return _in_bucket(_key(session_id, name)) if _has_bucket() else None


def _in_bucket(key: str) -> InBucket | None:
    with _failures_as_os_errors():
        found = list(_bucket().bucket.objects.filter(Prefix=key).limit(1))
    return InBucket(key, found[0].size) if found and found[0].key == key else None


@contextmanager
def borrowed(session_id: int, name: str) -> Iterator[Path]:
    """The file on this disk: itself, or a copy that is gone afterwards. Blocks. Raises FileNotFoundError, OSError."""
    found = find(session_id, name)
    if found is None:
        raise FileNotFoundError(name)
    if isinstance(found, OnDisk):
        yield found.path
        return
    with NamedTemporaryFile(dir=files.temporary(), suffix=f"-{name}") as copy:
        found.copy_to(Path(copy.name))
        yield Path(copy.name)


def settle(session_id: int) -> None:
    """The log is of no use any more, and the files go to the bucket, if there is one. Blocks. Raises OSError."""
    _remove(files.log_folder(session_id))
    folder = files.folder(session_id)
    if not _has_bucket() or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.suffix != PART:
            _hand_over(_key(session_id, path.name), path)
    _remove(folder)


def _hand_over(key: str, path: Path) -> None:
    with _failures_as_os_errors(), path.open("rb") as file:
        _bucket().save(key, File(file))
        if _bucket().size(key) != path.stat().st_size:
            raise OSError("the bucket has not kept all of a recording")
    path.unlink()


def erase(session_id: int) -> None:
    """Everything there is of a recording, wherever it lies. Blocks. Raises OSError."""
    _remove(files.log_folder(session_id))
    _remove(files.folder(session_id))
    if _has_bucket():
        with _failures_as_os_errors():
            _bucket().bucket.objects.filter(Prefix=_key(session_id, "")).delete()


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _key(session_id: int, name: str) -> str:
    return f"recordings/{session_id}/{name}"


def _has_bucket() -> bool:
    return ALIAS in settings.STORAGES


def _bucket() -> Any:
    """Of django-storages, which publishes no types."""
    return storages[ALIAS]


@contextmanager
def _failures_as_os_errors() -> Iterator[None]:
    names = ("botocore.exceptions.BotoCoreError", "botocore.exceptions.ClientError", "boto3.exceptions.Boto3Error")
    try:
        yield
    except tuple(import_string(name) for name in names) as error:
        raise OSError(f"the bucket of recordings: {type(error).__name__}") from error
