"""What was broadcast, found again: lists, search, many at once, files to take away."""
