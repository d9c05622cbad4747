from __future__ import annotations

from subtitles.models import CaptionSession
from subtitles.pages.render import PageRequest


def panel(request: PageRequest, session: CaptionSession) -> dict[str, object]:
    """What this part of the session's page needs."""
    return {}
