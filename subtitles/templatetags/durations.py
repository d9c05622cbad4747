"""Times as people read them: `h:mm:ss`."""

from __future__ import annotations

from django import template
from django.utils import timezone

from subtitles.models import CaptionSession
from subtitles.speech import samples_to_ms

register = template.Library()


@register.filter
def milliseconds(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


@register.filter
def exact(ms: int) -> str:
    return f"{milliseconds(ms)}.{ms % 1000:03}"


@register.filter
def at_sample(samples: int) -> str:
    return milliseconds(samples_to_ms(samples))


@register.simple_tag
def duration(session: CaptionSession) -> str:
    """Of the sound that is kept; while it is not known, from the start to the end or until now."""
    recording = getattr(session, "recording", None)
    if recording and recording.sealed_at:
        return at_sample(recording.samples)
    until = session.ended_at or timezone.now()
    return milliseconds(max(0, round((until - session.started_at).total_seconds() * 1000)))
