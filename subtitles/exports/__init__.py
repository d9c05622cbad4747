"""Transcripts as files: cues and captions, tables and documents. Pure."""
