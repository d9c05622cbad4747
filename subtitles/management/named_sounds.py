"""What the words of a command line name: files, the recordings in a folder, addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from subtitles.engines.catalog.batch_limits import FORMATS
from subtitles.exports.names import file_name
from subtitles.management.option_values import WrongWish

ENDINGS = frozenset({*FORMATS, "speex", "mpg"})


@dataclass(frozen=True, slots=True)
class Sound:
    """One recording, and the file that its result becomes."""

    title: str
    result: Path
    path: Path | None = None
    address: str = ""

    @property
    def container(self) -> str:
        """By the ending of its name, as the catalogue names it."""
        name = self.path.name if self.path else urlsplit(self.address).path
        return PurePosixPath(name).suffix[1:].lower()


def named(names: Iterable[str], extension: str, output: Path | None) -> list[Sound]:
    """Raises WrongWish: not there, nothing in it, or two results in one place."""
    sounds = [sound for name in names for sound in _named(name, extension, output)]
    places = Counter(sound.result.absolute() for sound in sounds)
    for place, count in places.items():
        if count > 1:
            raise WrongWish(f"{count} recordings would have their result in {place}. Do them one after the other.")
    return sounds


def _named(name: str, extension: str, output: Path | None) -> Iterator[Sound]:
    if "://" in name:
        yield _at(name, extension, output)
        return
    path = Path(name)
    if path.is_dir():
        yield from _inside(path, extension, output)
    elif path.is_file():
        yield _file(path, path.name, extension, output or path.parent)
    else:
        raise WrongWish(f"There is no file or folder “{name}”.")


def _inside(folder: Path, extension: str, output: Path | None) -> Iterator[Sound]:
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix[1:].lower() in ENDINGS and path.is_file()]
    if not paths:
        raise WrongWish(f"There is no recording in {folder}.")
    for path in paths:
        below = path.relative_to(folder)
        yield _file(path, str(below), extension, output / below.parent if output else path.parent)


def _file(path: Path, title: str, extension: str, folder: Path) -> Sound:
    return Sound(title, folder / f"{path.stem}.{extension}", path)


def _at(address: str, extension: str, output: Path | None) -> Sound:
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise WrongWish(f"“{address}” is no address: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WrongWish(f"“{address}” is no address of a recording: it must begin with http:// or https://.")
    stem = PurePosixPath(unquote(parts.path)).stem or parts.hostname
    name = file_name(stem, extension)
    return Sound(unquote(parts.path).rpartition("/")[2] or parts.hostname, (output or Path()) / name, address=address)
