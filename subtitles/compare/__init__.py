"""Two transcripts side by side: words, times, differences, and taking one's words into the other. Pure."""
