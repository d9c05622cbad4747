"""Secrets: made once, never kept in readable form in the database."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path


def secret_key(path: Path) -> str:
    """The installation's own key: read from `path`, written there (0600) the first time."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(64)
        file.write(key)
    return key


def new_token() -> str:
    """192 random bits, safe in an address."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """What is stored of a token that is shown once. Plain SHA-256 suffices: the tokens are random, not chosen."""
    return hashlib.sha256(token.encode()).hexdigest()
