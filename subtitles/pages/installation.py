"""Whether somebody can sign in yet, and the one-time token with which the first admin is made."""

from __future__ import annotations

import contextlib
import hmac
import os
from pathlib import Path

from django.conf import settings

from subtitles.models import User
from subtitles.secrets import new_token


def is_set_up() -> bool:
    """There is an admin who has a password ("!" marks accounts without one)."""
    return User.objects.filter(is_superuser=True, is_active=True).exclude(password__startswith="!").exists()  # noqa: S106


def setup_token() -> str:
    """Made at the first start; the same until it is used, so that a printed link stays good over restarts."""
    path = _path()
    if not path.is_file():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(new_token())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


def opens(token: str) -> bool:
    """Is this the token of an installation that nobody has set up yet?"""
    return not is_set_up() and _path().is_file() and hmac.compare_digest(token.encode(), setup_token().encode())


def use_up() -> bool:
    """Only one of several who come at once gets True."""
    try:
        os.unlink(_path())
    except FileNotFoundError:
        return False
    return True


def _path() -> Path:
    return Path(settings.SUBTITLES_DATA_DIR) / "setup_token"
