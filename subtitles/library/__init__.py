"""What can be done to whole sessions: ended from outside, erased."""
