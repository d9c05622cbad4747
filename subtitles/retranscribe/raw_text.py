"""The bare text of a result that came without times: kept beside it, so that it can be read whatever comes of it."""

from __future__ import annotations

from collections.abc import Sequence

from subtitles.engines.base import Transcribed
from subtitles.retranscribe import sources

_NAME = "text.txt"


def keep(job_id: int, found: Sequence[Transcribed]) -> None:
    """Blocks. Raises OSError."""
    path = sources.folder(job_id) / _NAME
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [line for result in found for line in (*(said.text for said in result.sentences), *result.untimed)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="replace")


def of(job_id: int) -> str:
    """Empty where there is none. Blocks."""
    try:
        return (sources.folder(job_id) / _NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
