"""Rules on groups of any kind, and on arrays."""
