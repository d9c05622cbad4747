"""Models on this machine: how they are brought here."""
