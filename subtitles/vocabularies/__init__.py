"""Words that engines should expect: kept here, sent to whoever recognises, and used live and for recordings."""
