"""Transcribing a recording again: choosing a model, and what became of it."""
