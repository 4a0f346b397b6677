"""What the versions before 0.4 have in common."""
