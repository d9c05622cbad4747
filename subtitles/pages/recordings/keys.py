"""What lets one person hear one recording for a few minutes: the audio element sends no more than an address."""

from __future__ import annotations

from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from subtitles.models import Recording, User

VALID_S = 300
"""A page that plays for longer asks for a new one (`player.js`)."""
_SALT = "subtitles.recordings.audio"


def address(user: User, recording: Recording) -> str:
    key = TimestampSigner(salt=_SALT).sign(f"{user.pk}-{recording.pk}")
    return reverse("recording-audio", args=[key])


def opened(key: str) -> tuple[int, int]:
    """The user and the recording it was made for. Raises SignatureExpired, BadSignature."""
    user, _, recording = TimestampSigner(salt=_SALT).unsign(key, max_age=VALID_S).partition("-")
    try:
        return int(user), int(recording)
    except ValueError:
        raise BadSignature("no key of ours") from None
