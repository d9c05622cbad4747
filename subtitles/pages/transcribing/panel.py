from __future__ import annotations

from subtitles.access import may_edit
from subtitles.models import CaptionSession
from subtitles.pages.render import PageRequest
from subtitles.pages.transcribing.shown import of_session, shown

JOBS_ON_A_SESSION = 50


def panel(request: PageRequest, session: CaptionSession) -> dict[str, object]:
    """What this part of the session's page needs."""
    rows = shown(of_session(request.user, session)[:JOBS_ON_A_SESSION])
    return {
        "job_rows": rows,
        "jobs_are_moving": any(row.is_moving for row in rows),
        "may_transcribe": may_edit(request.user, session.room) and session.state == CaptionSession.State.ENDED,
    }
