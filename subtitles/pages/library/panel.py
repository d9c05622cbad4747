from __future__ import annotations

from subtitles.exports.presets import PRESETS
from subtitles.models import CaptionSession
from subtitles.pages.library.export_form import FORMAT_NAMES, PRESET_NAMES, usual_preset
from subtitles.pages.render import PageRequest


def panel(request: PageRequest, session: CaptionSession) -> dict[str, object]:
    """What this part of the session's page needs."""
    return {
        "export_formats": FORMAT_NAMES,
        "export_presets": {key: PRESET_NAMES[key] for key in PRESETS},
        "usual_preset": usual_preset(session.language),
    }
