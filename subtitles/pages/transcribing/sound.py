"""The recordings that somebody wants to have transcribed, seen as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from subtitles.models import CaptionSession, Recording
from subtitles.speech import samples_to_ms


@dataclass(frozen=True)
class Sound:
    recordings: Sequence[Recording]
    """With their sessions and rooms."""

    @cached_property
    def seconds(self) -> float:
        return sum(samples_to_ms(recording.samples) for recording in self.recordings) / 1000

    @cached_property
    def channels(self) -> int:
        return max((recording.channels for recording in self.recordings), default=1)

    @cached_property
    def sample_rates(self) -> frozenset[int]:
        return frozenset(recording.sample_rate for recording in self.recordings)

    @property
    def language(self) -> str:
        """Empty where they differ."""
        found = {recording.session.language for recording in self.recordings}
        return found.pop() if len(found) == 1 else ""

    @property
    def vocabulary(self) -> int | None:
        """Of their rooms, if it is the same one."""
        found = {recording.session.room.vocabulary_id for recording in self.recordings}
        return found.pop() if len(found) == 1 else None

    @property
    def obstacle(self) -> str:
        """Why it cannot be read now, or an empty text."""
        if any(recording.session.state != CaptionSession.State.ENDED for recording in self.recordings):
            return _("This session is still live. Transcribe it again when it is over.")
        if not self.recordings or not all(recording.samples for recording in self.recordings):
            return _("Nothing was recorded here: there is no sound to transcribe.")
        return ""
