"""What somebody has entered on a vocabulary's page: table, box, file, and the button that was pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.core.files.uploadedfile import UploadedFile

from subtitles.pages.render import PageRequest
from subtitles.pages.vocabularies import languages
from subtitles.pages.vocabularies.table import Row, posted
from subtitles.vocabularies import pasting
from subtitles.vocabularies.pasting import BadLine
from subtitles.vocabularies.words import Hotword, fault

LARGEST_FILE_BYTES = 200_000
"""500 words with everything about them are a third of it."""
_ENCODINGS = ("utf-8-sig", "utf-16", "gb18030")
"""The last is what Chinese spreadsheets write; it reads nearly everything, so it comes last."""


@dataclass(frozen=True, slots=True)
class Entered:
    rows: list[Row]
    pasted: str
    """The box as it was, with what the file says below it."""
    added: tuple[Hotword, ...]
    bad: list[BadLine]
    seen: str
    """The fingerprint of the words that were on the page at first."""
    file_is_bad: bool

    @classmethod
    def read(cls, request: PageRequest) -> Self:
        known = languages.written()
        file = _file(request)
        box = "\n".join(part for part in (request.POST.get("pasted", ""), file or "") if part.strip())
        found = pasting.read(box, known)
        offered = tuple(word for text in request.POST.getlist("add") if fault(word := Hotword(text)) is None)
        rows = posted(request.POST, set(languages.codes()))
        return cls(rows, box, (*found.words, *offered), list(found.bad), request.POST.get("seen", ""), file is None)

    @property
    def is_wrong(self) -> bool:
        return any(row.fault for row in self.rows)

    @property
    def words(self) -> list[Hotword]:
        return [*(row.word for row in self.rows), *self.added]


def _file(request: PageRequest) -> str | None:
    """Its text; None if that cannot be read."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return ""
    content = bytes(file.read(LARGEST_FILE_BYTES + 1))
    if len(content) > LARGEST_FILE_BYTES:
        return None
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
