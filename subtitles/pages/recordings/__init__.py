"""A recording's audio in the browser, and audio that comes from there."""
