"""Files of hundreds of megabytes, told apart by their contents."""

from __future__ import annotations

import hashlib
from pathlib import Path

BLOCK = 1 << 20


def digest(path: Path) -> str:
    """SHA-256. Blocks. Raises OSError."""
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            sha256.update(block)
    return sha256.hexdigest()
