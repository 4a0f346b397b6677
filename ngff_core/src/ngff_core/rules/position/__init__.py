"""Rules on where images lie in space and time."""
