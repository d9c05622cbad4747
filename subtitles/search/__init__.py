"""Finding sentences by what was said. Knows words and rooms, not users."""
