"""Models for recognition on this machine: what there is, and fetching it."""
