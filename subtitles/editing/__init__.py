"""Transcripts after the broadcast: copies, what was changed in them, and which one is published."""
