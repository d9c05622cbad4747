"""Transcripts after the broadcast: copies, what was changed in them, and which one is published."""

from subtitles.editing.transcripts import published

__all__ = ["published"]
