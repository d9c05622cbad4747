"""Transcripts compared, corrected and published."""
