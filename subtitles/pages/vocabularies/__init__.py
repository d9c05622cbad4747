"""Words that an engine should expect."""
